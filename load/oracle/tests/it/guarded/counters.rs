//! Officers at counters.

use crate::desk::*;
use crate::support::*;
use songsinh_contract::*;

#[test]
fn an_officers_login_may_be_locked() {
    let again = |outcome| {
        let mut s = Story::of(3);
        s.officer().call(Operation::OfficerLogin { user: "can-bo".into(), password: Secret::new("x") }, outcome);
        s.broken()
    };
    assert_eq!(again(refused(Reason::Locked)), NONE);
    assert_eq!(again(refused(Reason::CredentialsWrong)), ["acknowledged-is-durable"]);
}

#[test]
fn of_a_filing_by_no_officer_nothing_else_is_judged() {
    let mut s = Story::of(3);
    let filing = CounterFiling { portrait: None, fingerprints: None, ..s.stands_in(Level::One).filing(1, phone(1)) };
    s.file(filing, given("w"));
    assert_eq!(s.broken(), ["level2-needs-counter"]);
    let count = s.verdict().counts.of(Rule::PortraitRequired);
    assert_eq!((count.violation, count.allowed), (0, 0));
}

#[test]
fn whom_the_target_may_have_known_before_may_have_filed_before() {
    use Reason as R;
    fn unknown(s: &mut Story) -> &mut Story {
        s.facts.members[0].prior = Prior::Unknown;
        s.officer()
    }
    tell(&[
        ("filed", &[], |s| {
            unknown(s).files();
        }),
        ("refused", &[], |s| {
            let filing = unknown(s).filing(0, phone(0));
            s.file(filing, refused(R::ApplicationExists));
        }),
        ("decided, though the cell filed nothing", &[], |s| {
            unknown(s).decide(true, done());
        }),
        ("nothing waits", &[], |s| {
            unknown(s).decide(true, refused(R::StepOutOfOrder));
        }),
    ]);
}

#[test]
fn for_nobodys_number_nothing_is_filed_nor_decided() {
    use Reason as R;
    const NOBODY: fn() -> CitizenNumber = || CitizenNumber::from_parts(8, 0, 99, 1);
    fn file(s: &mut Story, outcome: Outcome) {
        let filing = CounterFiling { number: NOBODY(), ..s.officer().filing(0, phone(0)) };
        s.file(filing, outcome);
    }
    fn decide(s: &mut Story, outcome: Outcome) {
        s.officer().call(Operation::ApplicationDecide { number: NOBODY(), approve: true }, outcome);
    }
    tell(&[
        ("filed", &["register-needs-population-match"], |s| file(s, given("w"))),
        ("not filed", &[], |s| file(s, refused(R::PopulationMismatch))),
        ("decided", &["steps-in-order"], |s| decide(s, done())),
        ("not decided", &[], |s| decide(s, refused(R::StepOutOfOrder))),
    ]);
}
