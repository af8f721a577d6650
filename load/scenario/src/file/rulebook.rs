//! Lifetimes, counts and choices that a scenario or a profile sets, keyed by the rule that they belong to.

use std::time::Duration;

use songsinh_contract::{DeviceInUse, QrReplay, ResendPolicy, Rulebook, RulebookName};

use crate::file::world::SHORTEST;
use crate::message::Message;
use crate::read::{Fields, Findings, record};
use crate::units::{Whole, show_time};

/// A count of tries.
type Count = Whole<1, 1_000>;

record! {
    /// `register-person-eligible`.
    pub struct PersonEligible ("register-person-eligible") {
        /// The youngest age, in years.
        "minimum_age" minimum_age: Whole<0, 120>, required;
    }
}
record! {
    /// `otp-expires`.
    pub struct OtpExpires ("otp-expires", check long_enough_code) {
        /// A code's life.
        "lifetime" lifetime: Duration, required;
    }
}
record! {
    /// `otp-attempts-limited`.
    pub struct OtpAttempts ("otp-attempts-limited") {
        /// Wrong codes that void a challenge.
        "attempts" attempts: Option<Count>, optional;
        /// Wrong codes of an account within the window of `otp-resend-limited`.
        "per_window" per_window: Option<Count>, optional;
    }
}
record! {
    /// `otp-resend-limited`.
    pub struct OtpResends ("otp-resend-limited", check long_enough_gap) {
        /// The shortest time between two codes for a number.
        "gap" gap: Option<Duration>, optional;
        /// Resends for a number within the window, the first code not counted.
        "per_window" per_window: Option<Count>, optional;
        /// The rolling window.
        "window" window: Option<Duration>, optional;
    }
}
record! {
    /// `steps-in-order`.
    pub struct StepsInOrder ("steps-in-order") {
        /// How long the step after the code may take.
        "after_code" after_code: Duration, required;
    }
}
record! {
    /// `login-lockout`.
    pub struct LoginLockout ("login-lockout") {
        /// Wrong passwords that lock.
        "attempts" attempts: Option<Count>, optional;
        /// For how long.
        "lock" lock: Option<Duration>, optional;
    }
}
record! {
    /// `session-expires`.
    pub struct SessionExpires ("session-expires") {
        /// How long a session may idle.
        "idle" idle: Option<Duration>, optional;
        /// How long it lives at most.
        "absolute" absolute: Option<Duration>, optional;
        /// Whether a refresh token serves once: the next one comes with each session.
        "refresh_rotates" refresh_rotates: Option<bool>, optional;
    }
}
record! {
    /// `activation-window`.
    pub struct ActivationWindow ("activation-window") {
        /// From the notice on.
        "window" window: Duration, required;
    }
}
record! {
    /// `device-key-proof`.
    pub struct ProofWindow ("device-key-proof") {
        /// How far a proof's time may lie from the server's, either way.
        "window" window: Duration, required;
    }
}

record! {
    /// `qr-expires`.
    pub struct QrExpires ("qr-expires", check long_enough_qr) {
        /// A QR's life.
        "lifetime" lifetime: Option<Duration>, optional;
        /// How much sooner than that the target may refuse it.
        "early" early: Option<Duration>, optional;
        /// How much later than that the target may still accept it.
        "late" late: Option<Duration>, optional;
    }
}
record! {
    /// `utility-needs-passcode`.
    pub struct UtilityPasscode ("utility-needs-passcode") {
        /// Wrong passcodes that lock the utilities.
        "attempts" attempts: Option<Count>, optional;
        /// For how long.
        "lock" lock: Option<Duration>, optional;
    }
}
record! {
    /// `utility-needs-level2`.
    pub struct UtilityLevel ("utility-needs-level2") {
        /// Whether level 1 may use the public services.
        "level1_services" level1_services: bool, required;
    }
}
record! {
    /// `qr-needs-switch`.
    pub struct QrSwitch ("qr-needs-switch") {
        /// Whether turning the switch off voids a live QR.
        "off_voids" off_voids: bool, required;
    }
}
record! {
    /// `account-one-device`.
    pub struct OneDevice ("account-one-device") {
        /// Whether a login from another phone is refused while the account is bound.
        "login_elsewhere_refused" login_elsewhere_refused: bool, required;
    }
}
record! {
    /// `level2-needs-counter`.
    pub struct Counter ("level2-needs-counter") {
        /// Whether level 2 may be filed while level 1 is pending.
        "while_pending" while_pending: bool, required;
    }
}

record! {
    /// What differs from a dated rulebook.
    pub struct RulebookChoices ("the rulebook", check attempts_fit) {
        /// The dated rulebook that everything else comes from.
        "base" base: Option<RulebookName>, optional;
        /// Who may register.
        "register-person-eligible" person_eligible: Option<PersonEligible>, optional;
        /// Whether a phone number serves one citizen only.
        "register-one-account-per-phone" one_account_per_phone: Option<bool>, optional;
        /// How long a code lives.
        "otp-expires" otp_expires: Option<OtpExpires>, optional;
        /// How many wrong codes are taken.
        "otp-attempts-limited" otp_attempts: Option<OtpAttempts>, optional;
        /// What a resend does to the code before it.
        "otp-superseded-by-newer" otp_superseded: Option<ResendPolicy>, optional;
        /// How often a code is sent again.
        "otp-resend-limited" otp_resends: Option<OtpResends>, optional;
        /// How long the next step may take.
        "steps-in-order" steps_in_order: Option<StepsInOrder>, optional;
        /// When wrong passwords lock.
        "login-lockout" login_lockout: Option<LoginLockout>, optional;
        /// How long a session lives.
        "session-expires" session_expires: Option<SessionExpires>, optional;
        /// Whether the portrait is compared.
        "portrait-matches" portrait_matches: Option<bool>, optional;
        /// How long activation stays open.
        "activation-window" activation_window: Option<ActivationWindow>, optional;
        /// What happens when a device is in use.
        "device-one-account" device_one_account: Option<DeviceInUse>, optional;
        /// How old a proof may be.
        "device-key-proof" device_key_proof: Option<ProofWindow>, optional;
        /// How long a QR lives.
        "qr-expires" qr_expires: Option<QrExpires>, optional;
        /// What a second scan gives.
        "qr-replay" qr_replay: Option<QrReplay>, optional;
        /// What turning the switch off does.
        "qr-needs-switch" qr_switch: Option<QrSwitch>, optional;
        /// When wrong passcodes lock the utilities.
        "utility-needs-passcode" utility_passcode: Option<UtilityPasscode>, optional;
        /// What level 1 may use.
        "utility-needs-level2" utility_level: Option<UtilityLevel>, optional;
        /// What a login from another phone meets.
        "account-one-device" one_device: Option<OneDevice>, optional;
        /// When level 2 may be filed.
        "level2-needs-counter" counter: Option<Counter>, optional;
    }
}

fn at_least(time: Duration, what: &'static str, key: &str, fields: &Fields<'_>, findings: &mut Findings) {
    if time < SHORTEST {
        let (low, high) = (show_time(SHORTEST), "a year".to_owned());
        findings.add(&fields.place(key), Message::OutOfRange { what, given: show_time(time), low, high });
    }
}
fn long_enough_code(code: &OtpExpires, fields: &Fields<'_>, findings: &mut Findings) {
    at_least(code.lifetime, "a code's life", "lifetime", fields, findings);
}
fn long_enough_qr(qr: &QrExpires, fields: &Fields<'_>, findings: &mut Findings) {
    if let Some(lifetime) = qr.lifetime {
        at_least(lifetime, "a QR's life", "lifetime", fields, findings);
    }
}
fn long_enough_gap(resends: &OtpResends, fields: &Fields<'_>, findings: &mut Findings) {
    if let Some(window) = resends.window {
        at_least(window, "the window", "window", fields, findings);
    }
}
fn attempts_fit(choices: &RulebookChoices, fields: &Fields<'_>, findings: &mut Findings) {
    let book = choices.applied_to(Rulebook::shipped(choices.base.unwrap_or(Rulebook::default().name)));
    if book.otp_attempts_per_window < book.otp_attempts {
        let (attempts, per_window) = (book.otp_attempts, book.otp_attempts_per_window);
        findings.add(&fields.place("otp-attempts-limited"), Message::ResendsTooFew { attempts, per_window });
    }
}

fn set<T>(slot: &mut T, choice: Option<T>) {
    if let Some(value) = choice {
        *slot = value;
    }
}
fn count<const LOW: u64, const HIGH: u64>(value: Whole<LOW, HIGH>) -> u32 {
    u32::try_from(value.get()).unwrap_or(u32::MAX)
}

impl RulebookChoices {
    /// The choices that make this rulebook: what a scenario says that is to be judged by it. Nothing of it is left to
    /// another base, but for what no scenario can choose.
    #[must_use]
    pub fn of(book: &Rulebook) -> Self {
        let age = u64::try_from(book.minimum_age_years).unwrap_or(0);
        Self {
            base: Some(book.name),
            person_eligible: Whole::new(age).map(|minimum_age| PersonEligible { minimum_age }),
            one_account_per_phone: Some(book.one_account_per_phone),
            otp_expires: Some(OtpExpires { lifetime: book.otp_lifetime }),
            otp_attempts: Some(OtpAttempts {
                attempts: Whole::new(book.otp_attempts.into()),
                per_window: Whole::new(book.otp_attempts_per_window.into()),
            }),
            otp_superseded: Some(book.otp_resend_policy),
            otp_resends: Some(OtpResends {
                gap: Some(book.otp_resend_gap),
                per_window: Whole::new(book.otp_resends_per_window.into()),
                window: Some(book.otp_window),
            }),
            steps_in_order: Some(StepsInOrder { after_code: book.after_code }),
            login_lockout: Some(LoginLockout {
                attempts: Whole::new(book.login_attempts.into()),
                lock: Some(book.login_lock),
            }),
            session_expires: Some(SessionExpires {
                idle: Some(book.session_idle),
                absolute: Some(book.session_absolute),
                refresh_rotates: Some(book.refresh_rotates),
            }),
            portrait_matches: Some(book.portrait_must_match),
            activation_window: Some(ActivationWindow { window: book.activation_window }),
            device_one_account: Some(book.device_in_use),
            device_key_proof: Some(ProofWindow { window: book.proof_window }),
            qr_expires: Some(QrExpires {
                lifetime: Some(book.qr_lifetime),
                early: Some(book.qr_early),
                late: Some(book.qr_late),
            }),
            qr_replay: Some(book.qr_replay),
            qr_switch: Some(QrSwitch { off_voids: book.qr_switch_voids }),
            utility_passcode: Some(UtilityPasscode {
                attempts: Whole::new(book.passcode_attempts.into()),
                lock: Some(book.passcode_lock),
            }),
            utility_level: Some(UtilityLevel { level1_services: book.level1_services }),
            one_device: Some(OneDevice { login_elsewhere_refused: book.login_elsewhere_refused }),
            counter: Some(Counter { while_pending: book.level2_while_pending }),
        }
    }
    /// A rulebook with these choices made. The base is not looked at.
    #[must_use]
    pub fn applied_to(&self, mut book: Rulebook) -> Rulebook {
        if let Some(rule) = &self.person_eligible {
            book.minimum_age_years = i32::try_from(rule.minimum_age.get()).unwrap_or(i32::MAX);
        }
        set(&mut book.one_account_per_phone, self.one_account_per_phone);
        set(&mut book.otp_lifetime, self.otp_expires.as_ref().map(|rule| rule.lifetime));
        if let Some(rule) = &self.otp_attempts {
            set(&mut book.otp_attempts, rule.attempts.map(count));
            set(&mut book.otp_attempts_per_window, rule.per_window.map(count));
        }
        set(&mut book.otp_resend_policy, self.otp_superseded);
        if let Some(rule) = &self.otp_resends {
            set(&mut book.otp_resend_gap, rule.gap);
            set(&mut book.otp_resends_per_window, rule.per_window.map(count));
            set(&mut book.otp_window, rule.window);
        }
        set(&mut book.after_code, self.steps_in_order.as_ref().map(|rule| rule.after_code));
        if let Some(rule) = &self.login_lockout {
            set(&mut book.login_attempts, rule.attempts.map(count));
            set(&mut book.login_lock, rule.lock);
        }
        if let Some(rule) = &self.session_expires {
            set(&mut book.session_idle, rule.idle);
            set(&mut book.session_absolute, rule.absolute);
            set(&mut book.refresh_rotates, rule.refresh_rotates);
        }
        set(&mut book.portrait_must_match, self.portrait_matches);
        set(&mut book.activation_window, self.activation_window.as_ref().map(|rule| rule.window));
        set(&mut book.device_in_use, self.device_one_account);
        set(&mut book.proof_window, self.device_key_proof.as_ref().map(|rule| rule.window));
        if let Some(rule) = &self.qr_expires {
            set(&mut book.qr_lifetime, rule.lifetime);
            set(&mut book.qr_early, rule.early);
            set(&mut book.qr_late, rule.late);
        }
        set(&mut book.qr_replay, self.qr_replay);
        set(&mut book.qr_switch_voids, self.qr_switch.as_ref().map(|rule| rule.off_voids));
        if let Some(rule) = &self.utility_passcode {
            set(&mut book.passcode_attempts, rule.attempts.map(count));
            set(&mut book.passcode_lock, rule.lock);
        }
        set(&mut book.level1_services, self.utility_level.as_ref().map(|rule| rule.level1_services));
        set(&mut book.login_elsewhere_refused, self.one_device.as_ref().map(|rule| rule.login_elsewhere_refused));
        set(&mut book.level2_while_pending, self.counter.as_ref().map(|rule| rule.while_pending));
        book
    }
}
