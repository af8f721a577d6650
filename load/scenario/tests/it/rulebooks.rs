//! Who decides which number: the base, then the scenario, then the profile.

use std::time::Duration;

use songsinh_contract::{DeviceInUse, Rulebook, RulebookName};
use songsinh_scenario::{Profile, RulebookChoices, Scenario};

fn scenario(rulebook: &str) -> Scenario {
    let text = format!(
        "scenario: s\nday: 2022-08-27\npeople: {{from: [Hà Nội]}}\nrulebook: {rulebook}\n\
         phases: [{{name: p, for: 1s, start: 1/s}}]\nmix: [{{share: 1, journey: register}}]\n"
    );
    Scenario::parse("s.yaml", text.as_bytes()).unwrap_or_else(|errors| panic!("{errors}"))
}

fn profile(rulebook: &str) -> Profile {
    let text = format!(
        "profile: p\nurls: {{app: 'http://localhost:1'}}\nanswers: []\nsms: {{messages: []}}\noperations: {{}}\n\
         rulebook: {rulebook}\n"
    );
    Profile::parse("p.yaml", text.as_bytes()).unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn nothing_said_gives_the_default() {
    assert_eq!(scenario("{}").rulebook(&profile("{}")), Rulebook::default());
    let old = scenario("{base: decision-34-2021}").rulebook(&profile("{}"));
    assert_eq!(old, Rulebook::shipped(RulebookName::Decision34Of2021));
}

#[test]
fn the_choices_of_a_rulebook_make_it_anew() {
    let books = ["{}", "{base: decision-34-2021, otp-expires: {lifetime: 20s}, qr-replay: allowed-while-live}"];
    for book in books.map(|choices| scenario(choices).rulebook(&profile("{}"))) {
        assert_eq!(
            RulebookChoices::of(&book).applied_to(Rulebook::default()),
            Rulebook { name: Rulebook::default().name, ..book }
        );
    }
}

#[test]
fn every_setting_reaches_the_rulebook() {
    let all = "{base: decree-69-2024, register-person-eligible: {minimum_age: 15}, \
               register-one-account-per-phone: off, otp-expires: {lifetime: 20s}, \
               otp-attempts-limited: {attempts: 4, per_window: 14}, otp-superseded-by-newer: same-code, \
               otp-resend-limited: {gap: 6s, per_window: 7, window: 30m}, steps-in-order: {after_code: 5m}, \
               login-lockout: {attempts: 3, lock: 10s}, \
               session-expires: {idle: 12s, absolute: 1h, refresh_rotates: false}, \
               portrait-matches: off, activation-window: {window: 25s}, device-one-account: transfer, \
               device-key-proof: {window: 30s}, qr-expires: {lifetime: 61s, early: 1s, late: 2s}, \
               qr-replay: allowed-while-live, qr-needs-switch: {off_voids: false}, \
               utility-needs-passcode: {attempts: 3, lock: 9s}, utility-needs-level2: {level1_services: false}, \
               account-one-device: {login_elsewhere_refused: false}, level2-needs-counter: {while_pending: true}}";
    let seconds = Duration::from_secs;
    let want = Rulebook {
        name: RulebookName::Decree69Of2024,
        minimum_age_years: 15,
        one_account_per_phone: false,
        otp_lifetime: seconds(20),
        otp_attempts: 4,
        otp_attempts_per_window: 14,
        otp_resend_policy: songsinh_contract::ResendPolicy::SameCode,
        otp_resend_gap: seconds(6),
        otp_resends_per_window: 7,
        otp_window: seconds(1_800),
        after_code: seconds(300),
        login_attempts: 3,
        login_lock: seconds(10),
        session_idle: seconds(12),
        session_absolute: seconds(3_600),
        portrait_must_match: false,
        activation_window: seconds(25),
        device_in_use: DeviceInUse::Transfer,
        proof_window: seconds(30),
        qr_lifetime: seconds(61),
        qr_early: seconds(1),
        qr_late: seconds(2),
        qr_replay: songsinh_contract::QrReplay::AllowedWhileLive,
        qr_switch_voids: false,
        passcode_attempts: 3,
        passcode_lock: seconds(9),
        level1_services: false,
        login_elsewhere_refused: false,
        level2_while_pending: true,
        refresh_rotates: false,
        reset_answers: 5,
    };
    assert_eq!(scenario(all).rulebook(&profile("{}")), want);
    assert_eq!(scenario("{}").rulebook(&profile(all)), want);
}

#[test]
fn the_profile_goes_before_the_scenario() {
    let book = scenario("{otp-expires: {lifetime: 20s}, login-lockout: {lock: 10s}}")
        .rulebook(&profile("{otp-expires: {lifetime: 120s}}"));
    assert_eq!((book.otp_lifetime, book.login_lock), (Duration::from_secs(120), Duration::from_secs(10)));
}
