//! The target's test clock, as its profile describes it: the request that moves it forward.
//!
//! Invariant: it goes only where the profile allows requests to go. It is asked on the control path, never beside the load.

use std::collections::BTreeMap;
use std::sync::Arc;

use songsinh_contract::UnixMillis;
use songsinh_scenario::{JsonPath, JumpBody, Profile, Secrets};

use super::base::Base;
use super::compile::{addresses, hosts, split_address};
use crate::TargetError;

/// How the target's clock is moved forward.
#[derive(Debug, Clone)]
pub struct Advance {
    /// Where it is asked.
    pub url: String,
    /// Its headers, besides `content-type`; they may hold secrets.
    pub headers: Vec<(String, String)>,
    body: Arc<JumpBody>,
    now: Option<JsonPath>,
}

impl Advance {
    /// The test clock of a profile, if it has one. `urls` replace base addresses, as in [`Compiled::new`].
    ///
    /// # Errors
    /// An address that is none or not allowed, a secret that is not at hand.
    ///
    /// [`Compiled::new`]: super::Compiled::new
    pub fn of(
        profile: &Profile,
        secrets: &Secrets,
        urls: &BTreeMap<String, String>,
    ) -> Result<Option<Self>, TargetError> {
        let Some(clock) = &profile.clock else { return Ok(None) };
        let advance = &clock.advance;
        let urls = addresses(profile, secrets, urls)?;
        let place = "clock.advance.post".to_owned();
        let (name, path) = split_address(advance.post.text());
        let url = urls.get(name).ok_or_else(|| TargetError::UrlUnknown {
            place: place.clone(),
            name: name.to_owned(),
            known: urls.keys().cloned().collect::<Vec<_>>().join(", "),
        })?;
        let base = Base::parse(name, url, &hosts(profile))?;
        let resolved = |(name, text): &(String, songsinh_scenario::Template)| {
            let value = secrets.resolve(text.text()).map_err(|error| TargetError::Secret {
                place: format!("clock.advance.headers.{name}"),
                message: error.to_string(),
            })?;
            Ok((name.clone(), value))
        };
        let headers = advance.headers.0.iter().map(resolved).collect::<Result<_, TargetError>>()?;
        let url = base.url(&format!("{}{path}", base.prefix));
        Ok(Some(Self { url, headers, body: Arc::new(advance.json.clone()), now: advance.now.clone() }))
    }
    /// The body of a jump by so many milliseconds.
    #[must_use]
    pub fn body(&self, ms: u64) -> serde_json::Value {
        self.body.said(ms)
    }
    /// The target's time, where its answer to a jump tells it.
    #[must_use]
    pub fn told(&self, answer: &[u8]) -> Option<UnixMillis> {
        let answer: serde_json::Value = self.now.as_ref().and_then(|_| serde_json::from_slice(answer).ok())?;
        self.now.as_ref()?.first(&answer)?.as_i64().map(UnixMillis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(clock: &str) -> Result<Option<Advance>, TargetError> {
        let text = format!(
            "profile: other\nurls: {{app: \"http://127.0.0.1:8080/v3\", desk: \"http://localhost:9\"}}\nanswers: []\n\
             operations: {{}}\nsms: {{door: http, messages: []}}\n{clock}"
        );
        let profile = Profile::parse("other.yaml", text.as_bytes()).unwrap_or_else(|errors| panic!("{errors}"));
        Advance::of(&profile, &Secrets::beside(std::path::Path::new("other.yaml")), &BTreeMap::new())
    }

    #[test]
    fn a_jump_is_said_in_the_targets_words() {
        let advance = of(
            "clock: {advance: {post: /test/clock, json: {by: {ms: \"{{ ms }}\", text: \"PT{{ ms }}ms\"}, list: [x]}}}",
        );
        let advance = advance.unwrap().unwrap();
        assert_eq!(advance.url, "http://127.0.0.1:8080/v3/test/clock");
        let wanted = serde_json::json!({"by": {"ms": 1500, "text": "PT1500ms"}, "list": ["x"]});
        assert_eq!(advance.body(1_500), wanted);
        let elsewhere = of("clock: {advance: {post: \"{{ urls.desk }}/jump\", json: {plus: \"{{ ms }}\"}}}");
        assert_eq!(elsewhere.unwrap().unwrap().url, "http://localhost:9/jump");
        assert!(of("").unwrap().is_none());
        assert!(of("clock: {advance: {post: \"{{ urls.none }}/jump\", json: {plus: \"{{ ms }}\"}}}").is_err());
    }
}
