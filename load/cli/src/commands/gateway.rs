//! `songsinh gateway`: the SMS gateway alone.

use songsinh_sms::NetworkConfig;
use tokio::net::TcpListener;

use super::twin::{bind, serve_until_stopped};
use crate::args::Gateway;
use crate::failure::Failure;
use crate::lifeline;

/// Serves the gateway until it is asked to stop.
pub fn gateway(args: &Gateway) -> Result<u8, Failure> {
    let profile = serde_json::from_value(serde_json::Value::String(args.profile.clone()))
        .map_err(|error| Failure::Usage(format!("--profile: {error}")))?;
    let config = NetworkConfig {
        profile,
        speed: args.speed,
        loss: args.loss,
        duplicates: args.duplicates,
        parts_per_s: args.parts_per_s,
        ..NetworkConfig::default()
    };
    config.check().map_err(|error| Failure::Usage(error.to_string()))?;
    serve_until_stopped(args.until_stdin_closes, async {
        let listener: TcpListener = bind(args.listen).await?;
        let stop = lifeline::asked_to_stop(args.until_stdin_closes);
        songsinh_sms::serve(listener, config, args.seed, stop)
            .await
            .map_err(|error| Failure::Service(error.to_string()))
    })
}
