//! What belongs to sessions: the tokens that renew them, the logins they came out of, officers' sessions, and the
//! count of wrong passcodes.
//!
//! Invariant: a refresh token serves once; all tokens and sessions of one login are one family, which ends as a whole.

use serde::{Deserialize, Serialize};
use songsinh_contract::{CitizenNumber, DeviceId};

use super::Handle;

/// A refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refresh {
    /// Of which login.
    pub family: Handle,
    /// When that login was, Unix milliseconds.
    pub opened_ms: i64,
    /// Whether it has served.
    pub used: bool,
}

/// The sessions that came out of one login, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Family {
    /// Whose.
    pub number: CitizenNumber,
    /// On which device.
    pub device: DeviceId,
    /// When the login was, Unix milliseconds.
    pub opened_ms: i64,
    /// The session that lives now.
    pub session: Handle,
}

/// A session of a police officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficerSession {
    /// Whose.
    pub user: Box<str>,
    /// On which device.
    pub device: DeviceId,
    /// When the login was, Unix milliseconds.
    pub opened_ms: i64,
    /// Last used, Unix milliseconds.
    pub used_ms: i64,
}

/// The wrong passwords of an officer's name, whether there is such an officer or not. They add up until a right one, or
/// until a day has passed without any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OfficerLogins {
    /// How many.
    pub wrong: u32,
    /// Locked until then, Unix milliseconds.
    pub locked_until_ms: i64,
    /// When the last wrong one came, Unix milliseconds.
    pub tried_ms: i64,
}

/// The wrong passcodes of an account. They add up until a right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Passcodes {
    /// How many.
    pub wrong: u32,
    /// The utilities are locked until then, Unix milliseconds.
    pub locked_until_ms: i64,
    /// How many locks there have been: utilities that a session opened before the last one are closed.
    pub locks: u32,
}

/// The newest move of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moving {
    /// Its handle.
    pub handle: Handle,
    /// When it was asked for, Unix milliseconds.
    pub opened_ms: i64,
}
