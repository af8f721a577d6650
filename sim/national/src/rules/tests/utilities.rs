//! Journeys 8 to 10: the passcode, wallet, public services; and what breaks each of their rules.

use jiff::civil::date;
use songsinh_contract::{
    Bill, BillKind, Level, Operation, Outcome, Paper, PaperKind, PublicService, Reason, Secret, Token, Values,
};

use super::qr::{activated, set_level};
use super::world::{Human, World, done, refused};
use crate::quirks::Quirk;

pub const PASSCODE: &str = "135790";

/// A citizen at level 2 with a paper and two bills, logged in.
pub struct Desk {
    pub world: World,
    pub human: Human,
    pub session: Token,
}

pub fn licence(human: &Human) -> Paper {
    Paper {
        kind: PaperKind::DrivingLicence,
        number: "790123456789".into(),
        holder: human.number,
        detail: "B2".into(),
        issued: date(2020, 1, 2),
        expires: Some(date(2030, 1, 2)),
    }
}
pub fn bill(human: &Human, kind: BillKind, amount_vnd: i64) -> Bill {
    Bill { id: format!("{}-{}", kind.as_str(), human.number).into(), kind, amount_vnd, paid: false }
}
pub fn furnish(world: &mut World, human: &Human) {
    world.papers.insert(human.number, vec![licence(human)]);
    let bills = vec![bill(human, BillKind::Electricity, 450_000), bill(human, BillKind::Water, 4_600_000)];
    world.bills.insert(human.number, bills);
}

impl Desk {
    pub fn closed(mut world: World, level: Level) -> Self {
        let human = Human::new(1);
        let session = activated(&mut world, &human, level);
        furnish(&mut world, &human);
        Self { world, human, session }
    }
    pub fn open(world: World) -> Self {
        let mut desk = Self::closed(world, Level::Two);
        done(desk.enter(PASSCODE));
        desk
    }
    pub fn ask(&mut self, operation: Operation) -> Outcome {
        self.world.by(&self.human, Some(&self.session), operation)
    }
    pub fn enter(&mut self, passcode: &str) -> Outcome {
        self.ask(Operation::PasscodeEnter { passcode: Secret::new(passcode) })
    }
    fn add(&mut self, number: &str) -> Outcome {
        self.ask(Operation::WalletAdd { kind: PaperKind::DrivingLicence, number: number.into() })
    }
    fn show(&mut self) -> Outcome {
        self.ask(Operation::WalletShow { kind: PaperKind::DrivingLicence })
    }
    fn submit(&mut self, request: &str, text: &str) -> Outcome {
        let service = PublicService::StayNotice;
        self.ask(Operation::FormSubmit { service, request: Token::new(request), text: text.into() })
    }
    fn wallet_is_locked(&mut self) {
        refused(self.ask(Operation::WalletList), Reason::UtilitiesLocked);
    }
}

fn form() -> Operation {
    Operation::FormOpen { service: PublicService::ResidenceConfirmation }
}

#[test]
fn utilities_ask_for_activation_then_level_then_passcode() {
    let (mut world, human) = (World::new(), Human::new(1));
    let session = world.make_level1(&human);
    let passcode = Operation::PasscodeEnter { passcode: Secret::new(PASSCODE) };
    let all = [Operation::WalletList, Operation::PaymentBalance, Operation::PaymentBills, Operation::FormList, form()];
    for operation in all.iter().chain([&passcode]) {
        refused(world.by(&human, Some(&session), operation.clone()), Reason::NotActivated);
        refused(world.by(&human, None, operation.clone()), Reason::SessionMissing);
    }
    world.activate(&human);
    for operation in &all[..3] {
        refused(world.by(&human, Some(&session), operation.clone()), Reason::Level2Wanted);
    }
    for operation in &all[3..] {
        refused(world.by(&human, Some(&session), operation.clone()), Reason::PasscodeWanted);
    }
    done(world.by(&human, Some(&session), passcode));
    for operation in &all[3..] {
        done(world.by(&human, Some(&session), operation.clone()));
    }
    refused(world.by(&human, Some(&session), Operation::WalletList), Reason::Level2Wanted);
    world.book.level1_services = false;
    refused(world.by(&human, Some(&session), form()), Reason::Level2Wanted);
    set_level(&mut world, &human, Level::Two);
    for operation in all {
        done(world.by(&human, Some(&session), operation));
    }
}

#[test]
fn the_passcode_opens_the_utilities_for_its_own_session() {
    let mut desk = Desk::open(World::new());
    done(desk.ask(Operation::WalletList));
    let first = std::mem::replace(&mut desk.session, desk.world.login(&desk.human.clone()));
    refused(desk.ask(Operation::WalletList), Reason::PasscodeWanted);
    done(desk.enter(PASSCODE));
    done(desk.ask(Operation::WalletList));
    desk.session = first;
    done(desk.ask(Operation::WalletList));
}

#[test]
fn five_wrong_passcodes_lock_and_close_what_was_open() {
    let mut desk = Desk::open(World::new());
    for _ in 0..4 {
        refused(desk.enter("000000"), Reason::PasscodeWrong);
    }
    done(desk.ask(Operation::WalletList));
    done(desk.enter(PASSCODE));
    for _ in 0..4 {
        refused(desk.enter("000000"), Reason::PasscodeWrong);
    }
    done(desk.ask(Operation::WalletList));
    refused(desk.enter("000000"), Reason::PasscodeWrong);
    desk.wallet_is_locked();
    refused(desk.enter(PASSCODE), Reason::UtilitiesLocked);
    refused(desk.enter("000000"), Reason::UtilitiesLocked);
    desk.world.wait_ms(299_999);
    refused(desk.enter(PASSCODE), Reason::UtilitiesLocked);
    desk.wallet_is_locked();
    desk.world.wait_ms(1);
    refused(desk.ask(Operation::WalletList), Reason::PasscodeWanted);
    done(desk.enter(PASSCODE));
    done(desk.ask(Operation::WalletList));
}

#[test]
fn a_wallet_holds_the_citizens_own_papers_as_the_register_says() {
    let mut desk = Desk::open(World::new());
    let paper = licence(&desk.human);
    refused(desk.show(), Reason::PaperUnknown);
    refused(desk.add("790123456780"), Reason::PaperUnknown);
    let other = Operation::WalletAdd { kind: PaperKind::TaxNumber, number: paper.number.clone() };
    refused(desk.ask(other), Reason::PaperUnknown);
    for _ in 0..2 {
        assert_eq!(done(desk.add(&paper.number)).papers, std::slice::from_ref(&paper));
        assert_eq!(done(desk.ask(Operation::WalletList)).papers, std::slice::from_ref(&paper));
    }
    // Another citizen's paper is in the register, but not this citizen's.
    let stranger = Human::new(2);
    desk.world.papers.insert(stranger.number, vec![Paper { number: "2".into(), ..licence(&stranger) }]);
    refused(desk.add("2"), Reason::PaperUnknown);
    // The register changes: what is shown is what it says now.
    let renewed = Paper { detail: "C".into(), ..paper };
    desk.world.papers.insert(desk.human.number, vec![renewed.clone()]);
    assert_eq!(done(desk.show()).papers, [renewed]);
    desk.world.papers.clear();
    refused(desk.show(), Reason::PaperUnknown);
}

#[test]
fn a_form_comes_filled_by_the_register() {
    let mut desk = Desk::open(World::new());
    let entry = desk.human.entry.clone();
    let Values { shown, address, .. } = done(desk.ask(form()));
    let shown = shown.unwrap();
    assert_eq!((shown.number, shown.name), (Some(desk.human.number), Some(entry.name)));
    assert_eq!((shown.born, shown.sex, address), (Some(entry.born), Some(entry.sex), Some(entry.address)));
}

#[test]
fn a_submission_is_kept_once_for_each_request() {
    let mut desk = Desk::open(World::new());
    let first = done(desk.submit("a", "xin chào")).receipts;
    assert_eq!(done(desk.submit("a", "xin chào")).receipts, first);
    refused(desk.submit("a", "khác"), Reason::RequestDiffers);
    let service = PublicService::BirthRegistration;
    let other = Operation::FormSubmit { service, request: Token::new("a"), text: "xin chào".into() };
    refused(desk.ask(other), Reason::RequestDiffers);
    let second = done(desk.submit("b", "xin chào")).receipts;
    assert_ne!(first[0].id, second[0].id);
    assert_eq!(done(desk.ask(Operation::FormList)).receipts, [first, second].concat());
    refused(desk.submit("", "a"), Reason::Malformed);
    refused(desk.submit(&"r".repeat(129), "a"), Reason::Malformed);
    refused(desk.submit("c", &"x".repeat(16 * 1024 + 1)), Reason::Malformed);
    done(desk.submit(&"r".repeat(128), &"x".repeat(16 * 1024)));
}

/// What a scene showed for a misbehaviour of this group.
pub fn misbehaves(quirk: Quirk, world: World) -> bool {
    match quirk {
        Quirk::UtilityWithoutActivation => {
            let (mut world, human) = (world, Human::new(1));
            let session = world.make_level1(&human);
            world.by(&human, Some(&session), Operation::WalletList).is_done()
        }
        Quirk::UtilityWithoutLevel2 => {
            let mut desk = Desk::closed(world, Level::One);
            done(desk.enter(PASSCODE));
            desk.ask(Operation::PaymentBalance).is_done()
        }
        Quirk::UtilityWithoutPasscode => Desk::closed(world, Level::Two).ask(Operation::PaymentBalance).is_done(),
        Quirk::PasscodeNeverLocks => {
            let mut desk = Desk::open(world);
            for _ in 0..5 {
                refused(desk.enter("000000"), Reason::PasscodeWrong);
            }
            desk.enter(PASSCODE).is_done()
        }
        Quirk::PaperUnchecked => {
            let mut desk = Desk::open(world);
            desk.add("790123456780").is_done() && desk.show().is_done()
        }
        Quirk::PaperShownWrong => {
            let mut desk = Desk::open(world);
            let paper = licence(&desk.human);
            done(desk.add(&paper.number));
            done(desk.show()).papers != [paper]
        }
        Quirk::FormFilledWrong => {
            let mut desk = Desk::open(world);
            done(desk.ask(form())).address != Some(desk.human.entry.address)
        }
        Quirk::SubmissionKeptTwice => {
            let mut desk = Desk::open(world);
            done(desk.submit("a", "b"));
            done(desk.submit("a", "b"));
            done(desk.ask(Operation::FormList)).receipts.len() == 2
        }
        _ => panic!("{quirk} has no scene"),
    }
}
