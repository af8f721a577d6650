//! Journeys 8 and 9: the passcode, the wallet, forms.

use crate::support::*;
use jiff::civil::date;
use songsinh_contract::*;

pub const NONE: [&str; 0] = [];
pub const OPENING: i64 = 5_000_000;

pub fn paper(n: u64, kind: PaperKind) -> Paper {
    Paper {
        kind,
        number: format!("{}-{n}", kind.as_str()).into(),
        holder: person(n).number,
        detail: "A1".into(),
        issued: date(2020, 1, 2),
        expires: None,
    }
}

pub fn bill(n: u64) -> Bill {
    Bill { id: format!("bill-{n}").into(), kind: BillKind::Water, amount_vnd: 200_000, paid: false }
}

pub fn people(level: Level) -> Story {
    let mut s = Story::of(2);
    for (n, device) in [(0, A), (1, B)] {
        let bound = Bound {
            device,
            key: Digest(device.0),
            passcode: Secret::new("123456").digest(),
            questions: vec![(1, Digest(1)), (2, Digest(2))],
            qr_switch: false,
        };
        let password = Some(Secret::new(PASSWORD).digest());
        let standing = Standing { phone: phone(n), level, password, bound: Some(bound) };
        let member = &mut s.facts.members[n as usize];
        member.prior = Prior::Standing(Box::new(standing));
        member.holdings.papers = vec![paper(n.into(), PaperKind::DrivingLicence)];
        member.holdings.bills = vec![bill(n.into())];
    }
    s.login(PASSWORD, session("s")).session = Some("s");
    s
}

/// A citizen of level 2, logged in, the utilities open.
pub fn open() -> Story {
    let mut s = people(Level::Two);
    s.enter_passcode("123456", done());
    s
}

impl Story {
    pub fn enter_passcode(&mut self, passcode: &str, outcome: Outcome) -> &mut Self {
        self.call(Operation::PasscodeEnter { passcode: Secret::new(passcode) }, outcome)
    }
    pub fn add(&mut self, n: u64, outcome: Outcome) -> &mut Self {
        let Paper { kind, number, .. } = paper(n, PaperKind::DrivingLicence);
        self.call(Operation::WalletAdd { kind, number }, outcome)
    }
    pub fn list(&mut self, outcome: Outcome) -> &mut Self {
        self.call(Operation::WalletList, outcome)
    }
    pub fn paper(&mut self, outcome: Outcome) -> &mut Self {
        self.call(Operation::WalletShow { kind: PaperKind::DrivingLicence }, outcome)
    }
    pub fn balance(&mut self, balance_vnd: i64, receipts: Vec<Receipt>) -> &mut Self {
        let values = Values { balance_vnd: Some(balance_vnd), receipts, ..Values::default() };
        self.call(Operation::PaymentBalance, Outcome::Done(Box::new(values)))
    }
}

pub fn papers(papers: Vec<Paper>) -> Outcome {
    Outcome::Done(Box::new(Values { papers, ..Values::default() }))
}

pub fn receipt(id: &str, request: &str, amount_vnd: Option<i64>) -> Receipt {
    Receipt { id: Token::new(id), request: Some(Token::new(request)), amount_vnd }
}

pub fn receipts(receipts: Vec<Receipt>) -> Outcome {
    Outcome::Done(Box::new(Values { receipts, ..Values::default() }))
}

pub fn paid(id: &str, request: &str, amount: i64, balance: i64) -> Outcome {
    let receipts = vec![receipt(id, request, Some(amount))];
    Outcome::Done(Box::new(Values { receipts, balance_vnd: Some(balance), ..Values::default() }))
}

pub fn pay(request: &str, amount_vnd: i64) -> Operation {
    Operation::PaymentPay { request: Token::new(request), bill: bill(0).id, amount_vnd }
}

pub fn transfer(request: &str, to: u64, amount_vnd: i64) -> Operation {
    Operation::PaymentTransfer { request: Token::new(request), to: person(to).number, amount_vnd }
}

pub fn submit(request: &str, text: &str) -> Operation {
    let service = PublicService::StayNotice;
    Operation::FormSubmit { service, request: Token::new(request), text: text.into() }
}

#[test]
fn utilities_open_after_activation_only() {
    for (outcome, broken) in
        [(papers(vec![]), vec!["utility-needs-activation"]), (refused(Reason::NotActivated), vec![])]
    {
        let mut s = Story::new();
        s.logged_in().list(outcome);
        assert_eq!(s.broken(), broken);
    }
    let mut s = open();
    s.list(refused(Reason::NotActivated));
    assert_eq!(s.broken(), ["utility-needs-activation"]);
}

#[test]
fn level_1_may_use_the_services_alone() {
    let level1 = || {
        let mut s = people(Level::One);
        s.enter_passcode("123456", done());
        s
    };
    for (outcome, broken) in [(papers(vec![]), vec!["utility-needs-level2"]), (refused(Reason::Level2Wanted), vec![])] {
        let mut s = level1();
        s.list(outcome);
        assert_eq!(s.broken(), broken);
    }
    for (services, outcome, broken) in [
        (true, receipts(vec![]), vec![]),
        (true, refused(Reason::Level2Wanted), vec!["utility-needs-level2"]),
        (false, receipts(vec![]), vec!["utility-needs-level2"]),
        (false, refused(Reason::Level2Wanted), vec![]),
    ] {
        let mut s = level1();
        s.book.level1_services = services;
        s.call(Operation::FormList, outcome.clone());
        assert_eq!(s.broken(), broken, "{services} {outcome:?}");
    }
}

#[test]
fn the_passcode_opens_the_utilities_of_its_session() {
    for (outcome, broken) in
        [(papers(vec![]), vec!["utility-needs-passcode"]), (refused(Reason::PasscodeWanted), vec![])]
    {
        let mut s = people(Level::Two);
        s.list(outcome);
        assert_eq!(s.broken(), broken);
    }
    for (passcode, outcome, broken) in [
        ("123456", refused(Reason::PasscodeWrong), vec!["utility-needs-passcode"]),
        ("654321", done(), vec!["utility-needs-passcode"]),
        ("654321", refused(Reason::PasscodeWrong), vec![]),
    ] {
        let mut s = people(Level::Two);
        s.enter_passcode(passcode, outcome);
        assert_eq!(s.broken(), broken, "{passcode}");
    }
    let mut s = open();
    s.list(refused(Reason::PasscodeWanted));
    assert_eq!(s.broken(), ["utility-needs-passcode"]);
    // If its answer was lost, they may be open or not.
    for outcome in [papers(vec![]), refused(Reason::PasscodeWanted)] {
        let mut s = people(Level::Two);
        s.enter_passcode("123456", lost()).list(outcome);
        assert_eq!(s.broken(), NONE);
    }
}

/// Five wrong passcodes, and the right one so many milliseconds after the fifth.
pub fn unlocked(age_ms: u64, outcome: Outcome) -> Story {
    let mut s = open();
    for _ in 0..5 {
        s.enter_passcode("654321", refused(Reason::PasscodeWrong));
    }
    s.after(age_ms).enter_passcode("123456", outcome);
    s
}

#[test]
fn five_wrong_passcodes_lock_for_300_seconds() {
    for (age, outcome, broken) in [
        (299_999, refused(Reason::UtilitiesLocked), 0),
        (299_999, done(), 1),
        (300_000, refused(Reason::UtilitiesLocked), 1),
        (300_000, done(), 0),
    ] {
        let s = unlocked(age, outcome.clone());
        assert_eq!(s.broken(), vec!["utility-needs-passcode"; broken], "{age} {outcome:?}");
    }
    // The lock closes what is open, for the time after it too.
    for (age, reason) in [(1_000, Reason::UtilitiesLocked), (301_000, Reason::PasscodeWanted)] {
        for done in [false, true] {
            let mut s = open();
            for _ in 0..5 {
                s.enter_passcode("654321", refused(Reason::PasscodeWrong));
            }
            s.after(age).list(if done { papers(vec![]) } else { refused(reason) });
            assert_eq!(s.broken(), vec!["utility-needs-passcode"; usize::from(done)], "{age} {done}");
        }
    }
    // Four do not lock; the right one begins anew.
    let mut s = open();
    for _ in 0..2 {
        for _ in 0..4 {
            s.enter_passcode("654321", refused(Reason::PasscodeWrong));
        }
        s.enter_passcode("123456", done());
    }
    assert_eq!(s.broken(), NONE);
    // Whether a lost one counted is open.
    for outcome in [done(), refused(Reason::UtilitiesLocked)] {
        let mut s = open();
        for _ in 0..4 {
            s.enter_passcode("654321", refused(Reason::PasscodeWrong));
        }
        s.enter_passcode("654321", lost()).enter_passcode("123456", outcome);
        assert_eq!(s.broken(), NONE);
    }
}

#[test]
fn a_wallet_takes_the_own_papers_alone() {
    for (n, outcome, broken) in [
        (0, done(), vec![]),
        (0, refused(Reason::PaperUnknown), vec!["wallet-own-documents-only"]),
        (1, done(), vec!["wallet-own-documents-only"]),
        (1, refused(Reason::PaperUnknown), vec![]),
    ] {
        let mut s = open();
        s.add(n, outcome.clone());
        assert_eq!(s.broken(), broken, "{n} {outcome:?}");
    }
}

#[test]
fn a_shown_paper_is_true_to_the_register() {
    let own = paper(0, PaperKind::DrivingLicence);
    let untrue = Paper { detail: "C".into(), ..own.clone() };
    for (shown, broken) in [
        (own.clone(), vec![]),
        (untrue, vec!["wallet-own-documents-only"]),
        (paper(1, PaperKind::DrivingLicence), vec!["no-personal-data-leak"]),
    ] {
        let mut s = open();
        s.add(0, done()).paper(papers(vec![shown.clone()]));
        assert_eq!(s.broken(), broken, "{shown:?}");
    }
    let mut s = open();
    s.add(0, done()).paper(refused(Reason::PaperUnknown));
    assert_eq!(s.broken(), ["wallet-own-documents-only"]);
    // What an older wallet holds is not known.
    for outcome in [papers(vec![own]), refused(Reason::PaperUnknown)] {
        let mut s = open();
        s.paper(outcome);
        assert_eq!(s.broken(), NONE);
    }
}

#[test]
fn the_twelve_digits_of_an_own_licence_are_nobodys_citizen_number() {
    let licence: CitizenNumber = person(3).number;
    let own = Paper { number: licence.to_string().into(), ..paper(0, PaperKind::DrivingLicence) };
    for (seen, broken) in [(vec![licence], vec![]), (vec![licence, person(1).number], vec!["no-personal-data-leak"])] {
        let mut s = open();
        s.facts.members[0].holdings.papers = vec![own.clone()];
        let add = Operation::WalletAdd { kind: own.kind, number: own.number.clone() };
        s.call(add, done()).last().numbers_seen = seen;
        assert_eq!(s.broken(), broken);
    }
}

#[test]
fn a_wallet_lists_what_was_added() {
    let own = || paper(0, PaperKind::DrivingLicence);
    let mut s = open();
    s.add(0, done()).list(papers(vec![own()]));
    assert_eq!(s.broken(), NONE);
    s.list(papers(vec![]));
    assert_eq!(s.broken(), ["acknowledged-is-durable"]);
    for listed in [vec![], vec![own()]] {
        let mut s = open();
        s.add(0, lost()).list(papers(listed));
        assert_eq!(s.broken(), NONE);
    }
}

#[test]
fn a_form_comes_filled_with_true_data() {
    let filled = |change: fn(&mut Values)| {
        let me = person(0);
        let shown = Shown {
            number: Some(me.number),
            name: Some(me.name.as_str().into()),
            born: Some(me.born),
            sex: Some(me.sex),
            portrait: None,
        };
        let mut values =
            Values { shown: Some(Box::new(shown)), address: Some(me.address.as_str().into()), ..Values::default() };
        change(&mut values);
        let mut s = open();
        s.call(Operation::FormOpen { service: PublicService::StayNotice }, Outcome::Done(Box::new(values)));
        s
    };
    assert_eq!(filled(|_| {}).broken(), NONE);
    assert_eq!(filled(|_| {}).verdict().counts.of(Rule::ServiceFormPrefilled).allowed, 1);
    assert_eq!(filled(|v| v.address = Some("Hà Nội".into())).broken(), ["service-form-prefilled"]);
    let other = filled(|v| v.shown.as_mut().unwrap().number = Some(person(1).number));
    assert_eq!(other.broken(), ["no-personal-data-leak"]);
    // What the answer leaves out is not judged.
    assert_eq!(filled(|v| v.address = None).verdict().counts.of(Rule::ServiceFormPrefilled).undecided, 1);
}

#[test]
fn a_retried_submission_is_kept_once() {
    let given = |id: &str| receipts(vec![receipt(id, "q", None)]);
    for (text, outcome, broken) in [
        ("a", given("r"), vec![]),
        ("a", given("r2"), vec!["service-submitted-once"]),
        ("a", refused(Reason::RequestDiffers), vec!["service-submitted-once"]),
        ("b", refused(Reason::RequestDiffers), vec![]),
        ("b", given("r"), vec!["service-submitted-once"]),
    ] {
        let mut s = open();
        s.call(submit("q", "a"), given("r")).call(submit("q", text), outcome.clone());
        assert_eq!(s.broken(), broken, "{text} {outcome:?}");
    }
    // A lost one and its retry, and what the list then holds.
    let one = receipt("r", "q", None);
    for (listed, broken) in [
        (vec![one.clone()], vec![]),
        (vec![one.clone(), receipt("r0", "q", None)], vec!["service-submitted-once"]),
        (vec![], vec!["acknowledged-is-durable"]),
    ] {
        let mut s = open();
        s.call(submit("q", "a"), lost()).call(submit("q", "a"), given("r"));
        s.call(Operation::FormList, receipts(listed.clone()));
        assert_eq!(s.broken(), broken, "{listed:?}");
    }
    // Two at once are one.
    for (other, broken) in [("r", vec![]), ("r2", vec!["service-submitted-once"])] {
        let mut s = open();
        let now = s.now;
        s.between(now, now + 50, submit("q", "a"), given("r"));
        s.between(now + 10, now + 60, submit("q", "a"), given(other));
        assert_eq!(s.broken(), broken);
    }
}

/// Released and activated again with a new passcode, after so many wrong ones.
fn activated_again(wrong: usize) -> Story {
    let mut s = open();
    for _ in 0..wrong {
        s.enter_passcode("000000", refused(Reason::PasscodeWrong));
    }
    s.call(Operation::DeviceRelease, done()).session = None;
    s.call(Operation::ServiceQuestions, listed());
    s.activation(phone(0), "a", 222_222).enter("a", 222_222, done()).passcode("a", "654321", done());
    s.questions("a", done()).login(PASSWORD, session("t")).session = Some("t");
    s
}

#[test]
fn wrong_passcodes_of_before_a_new_activation_may_count_or_not() {
    for outcome in [done(), refused(Reason::UtilitiesLocked)] {
        let mut s = activated_again(4);
        s.enter_passcode("000000", refused(Reason::PasscodeWrong)).enter_passcode("654321", outcome.clone());
        assert_eq!(s.broken(), NONE, "{outcome:?}");
        // Nor is it told whether a lock outlives it.
        let mut s = activated_again(5);
        s.enter_passcode("654321", outcome.clone());
        assert_eq!(s.broken(), NONE, "{outcome:?}");
    }
    let mut s = activated_again(0);
    s.enter_passcode("654321", refused(Reason::UtilitiesLocked));
    assert_eq!(s.broken(), ["utility-needs-passcode"]);
    let mut s = activated_again(4);
    s.enter_passcode("123456", done());
    assert_eq!(s.broken(), ["utility-needs-passcode"]);
}

#[test]
fn a_standing_account_may_have_been_locked_when_the_cell_began() {
    let late = |age_ms: u64, entered: bool, outcome: Outcome| {
        let mut s = if entered { open() } else { people(Level::Two) };
        s.after(age_ms).enter_passcode("123456", outcome);
        s.broken()
    };
    assert_eq!(late(1_000, false, refused(Reason::UtilitiesLocked)), NONE);
    assert_eq!(late(1_000, false, done()), NONE);
    for (age_ms, entered, reason) in [
        (301_000, false, Reason::UtilitiesLocked),
        (1_000, true, Reason::UtilitiesLocked),
        (1_000, false, Reason::PasscodeWrong),
    ] {
        assert_eq!(late(age_ms, entered, refused(reason)), ["utility-needs-passcode"], "{age_ms} {entered} {reason:?}");
    }
}

#[test]
fn whether_a_new_passcode_closes_what_is_open_is_not_judged() {
    let change = || Operation::PasscodeChange { old: Secret::new("123456"), new: Secret::new("654321") };
    for outcome in [papers(vec![]), refused(Reason::PasscodeWanted)] {
        let mut s = open();
        s.call(change(), done()).list(outcome);
        assert_eq!(s.broken(), NONE);
    }
    // Once entered, it opens.
    let mut s = open();
    s.call(change(), done()).enter_passcode("654321", done()).list(refused(Reason::PasscodeWanted));
    assert_eq!(s.broken(), ["utility-needs-passcode"]);
}
