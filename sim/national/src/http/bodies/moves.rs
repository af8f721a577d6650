//! Journey 11: the devices of an account, and the move to another one.

use serde::Serialize;
use utoipa::ToSchema;

/// The devices of the account.
#[derive(Debug, Serialize, ToSchema)]
pub struct Devices {
    /// Each of them.
    pub devices: Vec<DeviceShown>,
}

/// One device.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeviceShown {
    /// The installation.
    #[schema(example = "dev-00000000000000aa")]
    pub device: String,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// A move to the device that asks.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoveOpened {
    /// Handle for the next step.
    #[serde(rename = "move")]
    pub handle: String,
    /// Seconds within which the code is to be entered.
    pub expires_in_s: f64,
}

/// The code of a move, to be typed on the new device.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoveCode {
    /// Six digits.
    #[schema(example = "123456")]
    pub code: String,
    /// Seconds that the code lives.
    pub expires_in_s: f64,
}
