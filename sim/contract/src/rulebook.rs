//! Lifetimes, counts and choices. Implementations and laws differ, so every number that a rule needs stands here and
//! may be set by a scenario or a target profile; the defaults are those of the domain page.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The dated rulebooks that ship.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RulebookName {
    /// Decision 34/2021/QĐ-TTg, in force on the day of Tuyên Quang's letter (22 August 2022): level 1 without a face match.
    Decision34Of2021,
    /// Decree 59/2022/NĐ-CP, from 20 October 2022. The default.
    Decree59Of2022,
    /// Decree 69/2024/NĐ-CP, from 1 July 2024.
    Decree69Of2024,
}

impl RulebookName {
    /// Every rulebook, oldest first.
    pub const ALL: [Self; 3] = [Self::Decision34Of2021, Self::Decree59Of2022, Self::Decree69Of2024];
    /// The name in scenario files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decision34Of2021 => "decision-34-2021",
            Self::Decree59Of2022 => "decree-59-2022",
            Self::Decree69Of2024 => "decree-69-2024",
        }
    }
    /// The rulebook of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

/// What a resend does to the code before it (rule `otp-superseded-by-newer`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResendPolicy {
    /// Voids it.
    NewestOnly,
    /// Repeats it; its life is not lengthened.
    SameCode,
}

/// What happens when a device is in use by another account (rule `device-one-account`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeviceInUse {
    /// The request is refused: use another device.
    Refuse,
    /// It goes on, and the code moves the binding.
    Transfer,
}

/// What a second scan of a QR gives (rule `qr-replay`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QrReplay {
    /// Refused: a QR serves once.
    Once,
    /// Genuine as long as the QR lives.
    AllowedWhileLive,
}

/// The numbers and choices under which answers are judged, and by which the twin acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rulebook {
    /// Which dated rulebook this one starts from.
    pub name: RulebookName,
    /// `register-person-eligible`: the youngest age, in years.
    pub minimum_age_years: i32,
    /// `register-one-account-per-phone`: on or off.
    pub one_account_per_phone: bool,
    /// `otp-expires`: a code's life.
    pub otp_lifetime: Duration,
    /// `otp-attempts-limited`: wrong codes that void a challenge.
    pub otp_attempts: u32,
    /// `otp-attempts-limited`: wrong codes of an account within [`Rulebook::otp_window`], over all purposes.
    pub otp_attempts_per_window: u32,
    /// `otp-superseded-by-newer`.
    pub otp_resend_policy: ResendPolicy,
    /// `otp-resend-limited`: the shortest time between two codes for a number and purpose.
    pub otp_resend_gap: Duration,
    /// `otp-resend-limited`: resends for a number and purpose within [`Rulebook::otp_window`], the first code not counted.
    pub otp_resends_per_window: u32,
    /// The rolling window of the two limits above: an hour.
    pub otp_window: Duration,
    /// How long the step after the code may take.
    pub after_code: Duration,
    /// `login-lockout`: wrong passwords that lock.
    pub login_attempts: u32,
    /// `login-lockout`: how long.
    pub login_lock: Duration,
    /// `session-expires`: idle.
    pub session_idle: Duration,
    /// `session-expires`: absolute.
    pub session_absolute: Duration,
    /// `session-expires`: whether a refresh token serves once and a new one comes with each session.
    pub refresh_rotates: bool,
    /// `portrait-matches`: judged or not.
    pub portrait_must_match: bool,
    /// `activation-window`.
    pub activation_window: Duration,
    /// `device-one-account`.
    pub device_in_use: DeviceInUse,
    /// `device-key-proof`: how far a proof's time may lie from the server's, either way.
    pub proof_window: Duration,
    /// `otp-attempts-limited` in a reset: wrong answers to the security questions that end it.
    pub reset_answers: u32,
    /// `qr-expires`: a QR's life.
    pub qr_lifetime: Duration,
    /// `qr-expires`: how much sooner than that a target may refuse it.
    pub qr_early: Duration,
    /// `qr-expires`: how much later than that a target may still accept it.
    pub qr_late: Duration,
    /// `qr-replay`.
    pub qr_replay: QrReplay,
    /// Whether turning the switch off voids a live QR.
    pub qr_switch_voids: bool,
    /// `utility-needs-passcode`: wrong passcodes that lock the utilities.
    pub passcode_attempts: u32,
    /// `utility-needs-passcode`: how long.
    pub passcode_lock: Duration,
    /// `utility-needs-level2`: whether level 1 may use the public services.
    pub level1_services: bool,
    /// Whether a login from another phone is refused while the account is bound.
    pub login_elsewhere_refused: bool,
    /// Whether level 2 may be filed while level 1 is pending.
    pub level2_while_pending: bool,
}

impl Rulebook {
    /// The rulebook of that name, as shipped.
    #[must_use]
    pub fn shipped(name: RulebookName) -> Self {
        Self {
            name,
            minimum_age_years: 14,
            one_account_per_phone: true,
            otp_lifetime: Duration::from_secs(180),
            otp_attempts: 5,
            otp_attempts_per_window: 15,
            otp_resend_policy: ResendPolicy::NewestOnly,
            otp_resend_gap: Duration::from_secs(60),
            otp_resends_per_window: 5,
            otp_window: Duration::from_secs(3_600),
            after_code: Duration::from_secs(15 * 60),
            login_attempts: 5,
            login_lock: Duration::from_secs(300),
            session_idle: Duration::from_secs(15 * 60),
            session_absolute: Duration::from_secs(12 * 3_600),
            refresh_rotates: true,
            portrait_must_match: name != RulebookName::Decision34Of2021,
            activation_window: Duration::from_secs(7 * 86_400),
            device_in_use: DeviceInUse::Refuse,
            proof_window: Duration::from_secs(120),
            reset_answers: 5,
            qr_lifetime: Duration::from_secs(60),
            qr_early: Duration::ZERO,
            qr_late: Duration::ZERO,
            qr_replay: QrReplay::Once,
            qr_switch_voids: true,
            passcode_attempts: 5,
            passcode_lock: Duration::from_secs(300),
            level1_services: true,
            login_elsewhere_refused: true,
            level2_while_pending: false,
        }
    }
}

impl Default for Rulebook {
    fn default() -> Self {
        Self::shipped(RulebookName::Decree59Of2022)
    }
}
