//! Journey 7: QR codes at a counter, right and wrong, early and late, raced and lost.

use crate::support::*;
use songsinh_contract::*;

/// The numbers of the people at a counter.
const CITIZEN: usize = 0;
const OFFICIAL: usize = 1;

fn standing(level: Level, device: DeviceId, qr_switch: bool, n: u32) -> Prior {
    let bound = Bound {
        device,
        key: Digest(device.0),
        passcode: Secret::new("123456").digest(),
        questions: vec![(1, Secret::new("mèo").digest()), (2, Secret::new("mèo").digest())],
        qr_switch,
    };
    let password = Some(Secret::new(PASSWORD).digest());
    Prior::Standing(Box::new(Standing { phone: phone(n), level, password, bound: Some(bound) }))
}

/// A citizen of level 2 on device A and an official on device B, both logged in.
pub fn counter() -> Story {
    people(Level::Two, Level::Two, true)
}

fn people(citizen: Level, official: Level, switch: bool) -> Story {
    let mut s = Story::of(3);
    s.facts.members[OFFICIAL].role = MemberRole::Official;
    s.facts.members[CITIZEN].prior = standing(citizen, A, switch, 0);
    s.facts.members[OFFICIAL].prior = standing(official, B, true, 1);
    s.facts.members[2].prior = standing(Level::Two, DeviceId(0xc), true, 2);
    s.login(PASSWORD, session("s"));
    (s.member, s.device) = (OFFICIAL, B);
    s.login(PASSWORD, session("o"));
    s.citizen();
    s
}

impl Story {
    fn citizen(&mut self) -> &mut Self {
        (self.member, self.device, self.session) = (CITIZEN, A, Some("s"));
        self
    }
    fn official(&mut self) -> &mut Self {
        (self.member, self.device, self.session) = (OFFICIAL, B, Some("o"));
        self
    }
    fn switch(&mut self, on: bool) -> &mut Self {
        self.citizen().call(Operation::QrSwitch { on }, done())
    }
    fn mint(&mut self, id: &str) -> &mut Self {
        self.citizen().call(Operation::QrMint, ticket(id))
    }
    fn scan(&mut self, qr: ShownQr, outcome: Outcome) -> &mut Self {
        self.official().call(Operation::QrScan { qr: Box::new(qr) }, outcome)
    }
}

pub fn ticket(id: &str) -> Outcome {
    let ticket = Some(QrTicket { id: Token::new(id), issued_ms: 0, expires_ms: 60_000 });
    Outcome::Done(Box::new(Values { ticket, ..Values::default() }))
}

pub fn screen(id: &str) -> ShownQr {
    ShownQr { text: Token::new("VNQ1:…"), ticket: Some(Token::new(id)), flaw: None, photographed: false }
}

fn forged(id: Option<&str>, flaw: QrFlaw) -> ShownQr {
    ShownQr { ticket: id.map(Token::new), flaw: Some(flaw), ..screen("") }
}

fn shows(who: &Person) -> Outcome {
    let shown = Shown {
        number: Some(who.number),
        name: Some(who.name.as_str().into()),
        born: Some(who.born),
        sex: Some(who.sex),
        portrait: Some(Digest::of(who.portrait.to_string().as_bytes())),
    };
    Outcome::Done(Box::new(Values { shown: Some(Box::new(shown)), ..Values::default() }))
}

/// The citizen's own data, with the picture of somebody, or with none.
fn with_picture_of(whose: Option<&Person>) -> Outcome {
    let Outcome::Done(mut values) = genuine() else { unreachable!("a genuine answer is a done one") };
    let shown = values.shown.as_mut().unwrap();
    shown.portrait = whose.map(|one| Digest::of(one.portrait.to_string().as_bytes()));
    Outcome::Done(values)
}

fn genuine() -> Outcome {
    shows(&person(0))
}

const NONE: [&str; 0] = [];

#[test]
fn a_qr_is_genuine_once() {
    let mut s = counter();
    s.mint("t").scan(screen("t"), genuine()).scan(screen("t"), refused(Reason::QrUsed));
    let verdict = s.verdict();
    assert_eq!(verdict.findings, vec![]);
    for rule in [
        Rule::QrNeedsLevel2,
        Rule::QrNeedsSwitch,
        Rule::QrExpires,
        Rule::QrOfficialNeedsLevel2,
        Rule::QrReplay,
        Rule::QrResultIsTrue,
    ] {
        assert!(verdict.counts.of(rule).allowed > 0, "{rule}");
    }
}

#[test]
fn the_picture_shown_is_the_citizens() {
    let mut s = counter();
    s.mint("t").scan(screen("t"), with_picture_of(Some(&person(0))));
    assert_eq!(s.broken(), NONE);
    let mut s = counter();
    s.mint("t").scan(screen("t"), with_picture_of(None));
    assert_eq!(s.broken(), NONE, "a target may show none");
    let mut s = counter();
    s.mint("t").scan(screen("t"), with_picture_of(Some(&person(1))));
    assert_eq!(s.broken(), ["qr-result-is-true"]);
}

#[test]
fn only_an_activated_level_2_account_makes_a_qr() {
    for (level, outcome, broken) in [
        (Level::One, ticket("t"), vec!["qr-needs-level2"]),
        (Level::One, refused(Reason::Level2Wanted), vec![]),
        (Level::Two, refused(Reason::Level2Wanted), vec!["qr-needs-level2"]),
        (Level::Two, ticket("t"), vec![]),
    ] {
        let mut s = people(level, Level::Two, true);
        s.citizen().call(Operation::QrMint, outcome.clone());
        assert_eq!(s.broken(), broken, "{level:?} {outcome:?}");
    }
    let mut s = counter();
    s.citizen().session = None;
    s.call(Operation::QrMint, ticket("t"));
    assert_eq!(s.broken(), ["qr-needs-level2"]);
}

#[test]
fn only_with_the_switch_turned_on() {
    let off = || refused(Reason::SwitchOff);
    for (turned, outcome, broken) in [
        (None, ticket("t"), vec!["qr-needs-switch"]),
        (None, off(), vec![]),
        (Some(true), ticket("t"), vec![]),
        (Some(true), off(), vec!["qr-needs-switch"]),
        (Some(false), ticket("t"), vec!["qr-needs-switch"]),
    ] {
        let mut s = people(Level::Two, Level::Two, false);
        if let Some(on) = turned {
            s.switch(on);
        }
        s.citizen().call(Operation::QrMint, outcome.clone());
        assert_eq!(s.broken(), broken, "{turned:?} {outcome:?}");
    }
    // A lost switch may have been carried out or not.
    for outcome in [ticket("t"), off()] {
        let mut s = people(Level::Two, Level::Two, false);
        s.citizen().call(Operation::QrSwitch { on: true }, lost()).call(Operation::QrMint, outcome);
        assert_eq!(s.broken(), NONE);
    }
}

/// A QR scanned `age_ms` after it was made.
pub fn scanned(age_ms: u64, outcome: Outcome) -> Story {
    let mut s = counter();
    s.mint("t").after(age_ms).scan(screen("t"), outcome);
    s
}

#[test]
fn a_qr_lives_before_60_seconds_and_is_said_expired_from_then_on() {
    for (age, outcome, broken) in [
        (59_999, genuine(), vec![]),
        (60_000, genuine(), vec!["qr-expires"]),
        (59_999, refused(Reason::QrExpired), vec!["qr-expires"]),
        (60_000, refused(Reason::QrExpired), vec![]),
        (60_000, refused(Reason::QrFake), vec!["qr-expires"]),
        (60_000, refused(Reason::QrUsed), vec!["qr-expires"]),
        (59_999, refused(Reason::QrFake), vec!["qr-fake-is-said-fake"]),
    ] {
        assert_eq!(scanned(age, outcome.clone()).broken(), broken, "{age} {outcome:?}");
    }
}

#[test]
fn a_scan_that_straddles_the_end_is_undecided() {
    for outcome in [genuine(), refused(Reason::QrExpired)] {
        let mut s = scanned(59_999, outcome);
        s.last().done = Moment(s.last().sent.0 + 2_000_000);
        let count = s.verdict().counts.of(Rule::QrExpires);
        assert_eq!((count.allowed, count.violation, count.undecided), (0, 0, 1));
    }
    // So is one of a QR whose making took long.
    let mut s = counter();
    let now = s.now;
    s.citizen().between(now, now + 500, Operation::QrMint, ticket("t"));
    s.now += 60_200;
    s.scan(screen("t"), genuine());
    assert_eq!(s.broken(), NONE);
}

#[test]
fn the_rulebook_says_how_far_from_the_end_nothing_is_judged() {
    for (age, outcome, broken) in [
        (60_499, genuine(), 0),
        (60_500, genuine(), 1),
        (59_000, refused(Reason::QrExpired), 0),
        (58_999, refused(Reason::QrExpired), 1),
    ] {
        let mut s = scanned(age, outcome);
        s.book.qr_early = std::time::Duration::from_secs(1);
        s.book.qr_late = std::time::Duration::from_millis(500);
        assert_eq!(s.broken(), vec!["qr-expires"; broken], "{age}");
    }
}

#[test]
fn a_newer_qr_replaces_the_older() {
    for (outcome, broken) in [
        (genuine(), vec!["qr-new-replaces-old"]),
        (refused(Reason::QrReplaced), vec![]),
        (refused(Reason::QrFake), vec!["qr-new-replaces-old"]),
    ] {
        let mut s = counter();
        s.mint("t").mint("u").scan(screen("t"), outcome.clone()).scan(screen("u"), genuine());
        assert_eq!(s.broken(), broken, "{outcome:?}");
    }
    let mut s = counter();
    s.mint("t").scan(screen("t"), refused(Reason::QrReplaced));
    assert_eq!(s.broken(), ["qr-new-replaces-old"]);
    // Replaced and expired is either.
    for reason in [Reason::QrReplaced, Reason::QrExpired] {
        let mut s = counter();
        s.mint("t").mint("u").after(61_000).scan(screen("t"), refused(reason));
        assert_eq!(s.broken(), NONE);
    }
    // A lost making may have replaced it.
    for outcome in [genuine(), refused(Reason::QrReplaced)] {
        let mut s = counter();
        s.mint("t").call(Operation::QrMint, lost()).scan(screen("t"), outcome);
        assert_eq!(s.broken(), NONE);
    }
}

#[test]
fn only_a_logged_in_level_2_account_scans() {
    for (level, outcome, broken) in [
        (Level::One, genuine(), vec!["qr-official-needs-level2"]),
        (Level::One, refused(Reason::Level2Wanted), vec![]),
        (Level::Two, refused(Reason::Level2Wanted), vec!["qr-official-needs-level2"]),
    ] {
        let mut s = people(Level::Two, level, true);
        s.mint("t").scan(screen("t"), outcome.clone());
        assert_eq!(s.broken(), broken, "{level:?} {outcome:?}");
    }
    let mut s = counter();
    s.mint("t").official().session = None;
    s.call(Operation::QrScan { qr: Box::new(screen("t")) }, genuine());
    assert_eq!(s.broken(), ["qr-official-needs-level2"]);
}

#[test]
fn an_official_may_have_logged_in_before_the_cell_began() {
    let mut s = counter();
    s.mint("t").official().session = Some("elsewhere");
    s.call(Operation::QrScan { qr: Box::new(screen("t")) }, genuine());
    let verdict = s.verdict();
    assert_eq!((verdict.findings, verdict.counts.of(Rule::QrResultIsTrue).allowed), (vec![], 1));
    // What the QR is is judged all the same.
    s.call(Operation::QrScan { qr: Box::new(forged(Some("t"), QrFlaw::Edited)) }, genuine());
    assert_eq!(s.broken(), ["qr-fake-is-said-fake"]);
}

#[test]
fn every_fake_is_said_fake() {
    for &flaw in QrFlaw::ALL {
        let foreign = matches!(flaw, QrFlaw::OtherDevice | QrFlaw::UnknownKey);
        let rule = if foreign { "qr-bound-to-device" } else { "qr-fake-is-said-fake" };
        let made_up = matches!(flaw, QrFlaw::Counterfeit | QrFlaw::TicketGuessed);
        for (outcome, broken) in [
            (refused(Reason::QrFake), vec![]),
            (genuine(), vec![rule]),
            (refused(Reason::QrExpired), vec![rule]),
            (refused(Reason::Malformed), vec![rule]),
            (Outcome::Fault { status: 500 }, vec!["qr-fake-is-said-fake"]),
            (Outcome::Unmapped { status: 400, sample: "?".into() }, vec![]),
            (Outcome::Fault { status: 502 }, vec!["error-is-not-a-verdict"]),
            (Outcome::Unavailable { retry_after: Some(std::time::Duration::from_secs(1)) }, vec![]),
            (lost(), vec![]),
        ] {
            let mut s = counter();
            s.settings.message_texts = false;
            s.mint("t").scan(forged((!made_up).then_some("t"), flaw), outcome.clone());
            assert_eq!(s.broken(), broken, "{flaw:?} {outcome:?}");
            // What the profile does not explain is decided neither way.
            let gap = u64::from(matches!(outcome, Outcome::Unmapped { .. }));
            let count = s.verdict().counts.of(Rule::QrFakeIsSaidFake);
            assert_eq!(count.undecided, gap, "{flaw:?} {outcome:?}");
        }
    }
    // Told genuine it may have used the QR up: one fault is one finding.
    for outcome in [genuine(), refused(Reason::QrUsed)] {
        let mut s = counter();
        s.mint("t").scan(forged(Some("t"), QrFlaw::SignatureForged), genuine()).scan(screen("t"), outcome);
        assert_eq!(s.broken(), ["qr-fake-is-said-fake"]);
    }
    // Fake and late is either.
    for reason in [Reason::QrFake, Reason::QrExpired] {
        let mut s = counter();
        s.mint("t").after(61_000).scan(forged(Some("t"), QrFlaw::LifeExtended), refused(reason));
        assert_eq!(s.broken(), NONE);
    }
}

#[test]
fn of_simultaneous_scans_exactly_one_wins() {
    let used = || refused(Reason::QrUsed);
    for (first, second, broken) in [
        (genuine(), genuine(), vec!["qr-replay"]),
        (genuine(), used(), vec![]),
        (used(), genuine(), vec![]),
        // Nobody used it: both are wrong.
        (used(), used(), vec!["qr-replay"; 2]),
    ] {
        let mut s = counter();
        s.mint("t").official();
        let now = s.now;
        let scan = || Operation::QrScan { qr: Box::new(screen("t")) };
        s.between(now, now + 50, scan(), first.clone()).between(now + 10, now + 60, scan(), second.clone());
        assert_eq!(s.broken(), broken, "{first:?} {second:?}");
    }
}

#[test]
fn a_second_scan_follows_the_rulebook() {
    for (replay, outcome, broken) in [
        (QrReplay::Once, genuine(), vec!["qr-replay"]),
        (QrReplay::Once, refused(Reason::QrUsed), vec![]),
        (QrReplay::Once, refused(Reason::QrFake), vec!["qr-replay"]),
        (QrReplay::AllowedWhileLive, genuine(), vec![]),
        (QrReplay::AllowedWhileLive, refused(Reason::QrUsed), vec!["qr-replay"]),
    ] {
        let mut s = counter();
        s.book.qr_replay = replay;
        s.mint("t").scan(screen("t"), genuine()).scan(screen("t"), outcome.clone());
        assert_eq!(s.broken(), broken, "{replay:?} {outcome:?}");
    }
    // A scan whose answer was lost may have used it up.
    for outcome in [genuine(), refused(Reason::QrUsed)] {
        let mut s = counter();
        s.mint("t").scan(screen("t"), lost()).scan(screen("t"), outcome);
        assert_eq!(s.broken(), NONE);
    }
    // Used and expired is either.
    for reason in [Reason::QrUsed, Reason::QrExpired] {
        let mut s = counter();
        s.mint("t").scan(screen("t"), genuine()).after(61_000).scan(screen("t"), refused(reason));
        assert_eq!(s.broken(), NONE);
    }
}

#[test]
fn a_refused_scan_does_not_use_the_qr_up() {
    let mut s = counter();
    s.mint("t").scan(forged(Some("t"), QrFlaw::Edited), refused(Reason::QrFake));
    s.scan(screen("t"), refused(Reason::QrUsed));
    assert_eq!(s.broken(), ["qr-replay"]);
    let mut s = counter();
    s.mint("t").call(Operation::QrScan { qr: Box::new(screen("t")) }, refused(Reason::SelfScan));
    s.scan(screen("t"), genuine());
    assert_eq!(s.broken(), NONE);
}

#[test]
fn what_the_official_sees_is_the_citizens_own() {
    let mut s = counter();
    s.mint("t").scan(screen("t"), shows(&person(2)));
    assert_eq!(s.broken(), ["qr-result-is-true"]);
    let mut s = counter();
    s.mint("t").scan(screen("t"), genuine()).last().numbers_seen = vec![person(0).number, person(1).number];
    assert_eq!(s.broken(), NONE);
    s.last().numbers_seen.push(person(2).number);
    assert_eq!(s.broken(), ["no-personal-data-leak"]);
}

#[test]
fn nobody_verifies_himself() {
    let own = |outcome: Outcome| {
        let mut s = counter();
        s.official().call(Operation::QrMint, ticket("t")).scan(screen("t"), outcome);
        s
    };
    assert_eq!(own(refused(Reason::SelfScan)).broken(), NONE);
    assert_eq!(own(shows(&person(1))).broken(), ["qr-self-scan-refused"]);
    let mut s = counter();
    s.mint("t").scan(screen("t"), refused(Reason::SelfScan));
    assert_eq!(s.broken(), ["qr-self-scan-refused"]);
}

#[test]
fn after_a_release_a_live_qr_is_fake() {
    for (outcome, broken) in [(refused(Reason::QrFake), vec![]), (genuine(), vec!["device-release-ends-access"])] {
        let mut s = counter();
        s.mint("t").call(Operation::DeviceRelease, done()).scan(screen("t"), outcome.clone());
        assert_eq!(s.broken(), broken, "{outcome:?}");
    }
    // At the same time either may be first.
    for outcome in [refused(Reason::QrFake), genuine()] {
        let mut s = counter();
        s.mint("t");
        let now = s.now;
        s.between(now, now + 50, Operation::DeviceRelease, done()).official();
        s.between(now + 10, now + 60, Operation::QrScan { qr: Box::new(screen("t")) }, outcome);
        assert_eq!(s.broken(), NONE);
    }
}

#[test]
fn after_a_move_the_old_phones_qr_is_fake() {
    for (outcome, broken) in [(refused(Reason::QrFake), vec![]), (genuine(), vec!["qr-bound-to-device"])] {
        let mut s = counter();
        let new = DeviceId(0xd);
        s.mint("t");
        let number = s.number();
        (s.device, s.session) = (new, None);
        s.call(Operation::DeviceMove { number, password: Secret::new(PASSWORD) }, given("m"));
        s.citizen().call(Operation::DeviceMoveCode, {
            Outcome::Done(Box::new(Values { code: Some(Code(777_777)), ..Values::default() }))
        });
        (s.device, s.session) = (new, None);
        let challenge = Token::new("m");
        s.call(Operation::DeviceMoveConfirm { challenge, code: Code(777_777) }, done());
        s.scan(screen("t"), outcome.clone());
        assert_eq!(s.broken(), broken, "{outcome:?}");
    }
}

#[test]
fn turning_the_switch_off_voids_a_qr_where_the_rulebook_says_so() {
    for (voids, outcome, broken) in [
        (true, refused(Reason::QrReplaced), vec![]),
        (true, genuine(), vec!["qr-needs-switch"]),
        (false, genuine(), vec![]),
        (false, refused(Reason::QrReplaced), vec!["qr-new-replaces-old"]),
    ] {
        let mut s = counter();
        s.book.qr_switch_voids = voids;
        s.mint("t").switch(false).scan(screen("t"), outcome.clone());
        assert_eq!(s.broken(), broken, "{voids} {outcome:?}");
    }
}

#[test]
fn of_a_photographed_qr_either_answer_stands() {
    let photo = || ShownQr { photographed: true, ..screen("t") };
    for outcome in [genuine(), refused(Reason::QrFake)] {
        let mut s = counter();
        s.mint("t").scan(photo(), outcome.clone());
        let verdict = s.verdict();
        assert_eq!(verdict.findings, vec![]);
        let count = verdict.counts.of(Rule::QrFakeIsSaidFake);
        assert_eq!((count.allowed, count.undecided), (0, 1), "{outcome:?}");
    }
    // If it was told genuine, it used the QR up.
    let mut s = counter();
    s.mint("t").scan(photo(), genuine()).scan(screen("t"), refused(Reason::QrUsed));
    assert_eq!(s.broken(), NONE);
    // Late it is late.
    let mut s = counter();
    s.mint("t").after(61_000).scan(photo(), genuine());
    assert_eq!(s.broken(), ["qr-expires"]);
}
