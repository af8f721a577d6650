//! Journey 10: bills and money; and what breaks their rule.

use proptest::prelude::*;
use songsinh_contract::{BillKind, CitizenNumber, Level, Operation, Outcome, Reason, Secret, Token};

use super::qr::activated;
use super::utilities::{Desk, PASSCODE, bill, furnish};
use super::world::{Human, World, done, refused};
use crate::quirks::Quirk;

const OPENING_VND: i64 = 5_000_000;

fn pay_of(request: &str, bill: &str, amount_vnd: i64) -> Operation {
    Operation::PaymentPay { request: Token::new(request), bill: bill.into(), amount_vnd }
}
fn transfer_of(request: &str, to: CitizenNumber, amount_vnd: i64) -> Operation {
    Operation::PaymentTransfer { request: Token::new(request), to, amount_vnd }
}

impl Desk {
    fn electricity(&self) -> Box<str> {
        bill(&self.human, BillKind::Electricity, 1).id
    }
    fn water(&self) -> Box<str> {
        bill(&self.human, BillKind::Water, 1).id
    }
    fn balance_vnd(&mut self) -> i64 {
        done(self.ask(Operation::PaymentBalance)).balance_vnd.unwrap()
    }
}

/// A desk and an activated neighbour of level 1.
fn with_neighbour(world: World) -> (Desk, Human) {
    let mut desk = Desk::open(world);
    let neighbour = Human::new(2);
    activated(&mut desk.world, &neighbour, Level::One);
    (desk, neighbour)
}

#[test]
fn a_bill_is_paid_once_and_a_retry_gets_the_same_receipt() {
    let mut desk = Desk::open(World::new());
    let electricity = desk.electricity();
    assert!(done(desk.ask(Operation::PaymentBills)).bills.iter().all(|bill| !bill.paid));
    refused(desk.ask(pay_of("a", "none", 450_000)), Reason::BillUnknown);
    refused(desk.ask(pay_of("a", &electricity, 449_999)), Reason::BillUnknown);
    refused(desk.ask(pay_of("a", &electricity, -450_000)), Reason::BillUnknown);
    let paid = done(desk.ask(pay_of("a", &electricity, 450_000)));
    assert_eq!((paid.balance_vnd, paid.receipts[0].amount_vnd), (Some(4_550_000), Some(450_000)));
    assert_eq!(paid.receipts[0].request, Some(Token::new("a")));
    let again = done(desk.ask(pay_of("a", &electricity, 450_000)));
    assert_eq!((again.receipts, again.balance_vnd), (paid.receipts.clone(), Some(4_550_000)));
    refused(desk.ask(pay_of("a", &electricity, 450_001)), Reason::RequestDiffers);
    refused(desk.ask(pay_of("b", &electricity, 450_000)), Reason::BillPaid);
    let told = done(desk.ask(Operation::PaymentBalance));
    assert_eq!((told.balance_vnd, told.receipts), (Some(4_550_000), paid.receipts));
    let bills = done(desk.ask(Operation::PaymentBills)).bills;
    assert_eq!(bills.iter().filter(|bill| bill.paid).count(), 1);
}

#[test]
fn who_has_too_little_pays_nothing() {
    let mut desk = Desk::open(World::new());
    let (electricity, water) = (desk.electricity(), desk.water());
    done(desk.ask(pay_of("a", &electricity, 450_000)));
    refused(desk.ask(pay_of("b", &water, 4_600_000)), Reason::BalanceLow);
    assert_eq!(desk.balance_vnd(), 4_550_000);
    // Exactly enough is enough, and a refused request id is free for another content.
    desk.world.bills.get_mut(&desk.human.number).unwrap()[1].amount_vnd = 4_550_000;
    done(desk.ask(pay_of("b", &water, 4_550_000)));
    assert_eq!(desk.balance_vnd(), 0);
}

#[test]
fn a_transfer_goes_to_an_activated_account_other_than_ones_own() {
    let (mut desk, neighbour) = with_neighbour(World::new());
    let own = desk.human.number;
    for amount_vnd in [0, -1, i64::MIN] {
        refused(desk.ask(transfer_of("a", neighbour.number, amount_vnd)), Reason::Malformed);
    }
    refused(desk.ask(transfer_of("a", own, 1)), Reason::RecipientUnfit);
    refused(desk.ask(transfer_of("a", Human::new(3).number, 1)), Reason::RecipientUnfit);
    refused(desk.ask(transfer_of("a", neighbour.number, OPENING_VND + 1)), Reason::BalanceLow);
    refused(desk.ask(transfer_of("a", neighbour.number, i64::MAX)), Reason::BalanceLow);
    let sent = done(desk.ask(transfer_of("a", neighbour.number, 1_000)));
    assert_eq!((sent.balance_vnd, sent.receipts[0].amount_vnd), (Some(OPENING_VND - 1_000), Some(1_000)));
    assert_eq!(done(desk.ask(transfer_of("a", neighbour.number, 1_000))).receipts, sent.receipts);
    refused(desk.ask(transfer_of("a", neighbour.number, 1_001)), Reason::RequestDiffers);
    let electricity = desk.electricity();
    refused(desk.ask(pay_of("a", &electricity, 450_000)), Reason::RequestDiffers);
    let mut theirs = told_of(&mut desk.world, &neighbour);
    assert_eq!(theirs.balance_vnd, Some(OPENING_VND + 1_000));
    let received = theirs.receipts.pop().unwrap();
    assert_eq!((received.amount_vnd, received.request), (Some(-1_000), None));
}

#[test]
fn nobody_gets_money_before_activation() {
    let mut desk = Desk::open(World::new());
    let neighbour = Human::new(2);
    desk.world.make_level1(&neighbour);
    refused(desk.ask(transfer_of("a", neighbour.number, 1)), Reason::RecipientUnfit);
    desk.world.activate(&neighbour);
    done(desk.ask(transfer_of("a", neighbour.number, 1)));
}

/// The balance page of a person, at level 2 from here on.
fn told_of(world: &mut World, human: &Human) -> songsinh_contract::Values {
    super::qr::set_level(world, human, Level::Two);
    let session = world.login(human);
    let passcode = Operation::PasscodeEnter { passcode: Secret::new(PASSCODE) };
    done(world.by(human, Some(&session), passcode));
    done(world.by(human, Some(&session), Operation::PaymentBalance))
}

/// Who does what, under which of a few request ids, with how much.
fn acts() -> impl Strategy<Value = Vec<(u8, u8, bool, u8, i64)>> {
    let amount = prop_oneof![1..2_000_000_i64, Just(450_000), Just(4_600_000), Just(0), Just(-5)];
    proptest::collection::vec((0..3_u8, 0..4_u8, any::<bool>(), 0..6_u8, amount), 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// What all have together is what they began with, less the bills that are paid; what each was told adds up.
    #[test]
    fn money_is_neither_made_nor_lost(acts in acts()) {
        let mut world = World::new();
        world.people.insert(Human::new(3).number, Human::new(3).entry);
        let people = [1, 2, 3].map(Human::new);
        let sessions = people.each_ref().map(|human| {
            let session = activated(&mut world, human, Level::Two);
            furnish(&mut world, human);
            let passcode = Operation::PasscodeEnter { passcode: Secret::new(PASSCODE) };
            done(world.by(human, Some(&session), passcode));
            session
        });
        let mut receipts = std::collections::BTreeMap::new();
        for (who, to, pays, request, amount_vnd) in acts {
            let (human, session) = (&people[usize::from(who)], &sessions[usize::from(who)]);
            let request = request.to_string();
            let operation = if pays {
                let kind = if amount_vnd == 450_000 { BillKind::Electricity } else { BillKind::Water };
                pay_of(&request, &bill(human, kind, 1).id, amount_vnd)
            } else {
                transfer_of(&request, Human::new(u32::from(to) + 1).number, amount_vnd)
            };
            if let Outcome::Done(values) = world.by(human, Some(session), operation) {
                let receipt = values.receipts[0].id.digest();
                let first = *receipts.entry((who, request)).or_insert(receipt);
                prop_assert_eq!(first, receipt, "one request, one receipt");
            }
        }
        let (mut together, mut bills_vnd) = (0, 0);
        for (human, session) in people.iter().zip(&sessions) {
            let told = done(world.by(human, Some(session), Operation::PaymentBalance));
            let balance_vnd = told.balance_vnd.unwrap();
            prop_assert!(balance_vnd >= 0);
            let moved: i64 = told.receipts.iter().filter_map(|receipt| receipt.amount_vnd).sum();
            prop_assert_eq!(balance_vnd, OPENING_VND - moved);
            together += balance_vnd;
            let bills = done(world.by(human, Some(session), Operation::PaymentBills)).bills;
            bills_vnd += bills.iter().filter(|bill| bill.paid).map(|bill| bill.amount_vnd).sum::<i64>();
        }
        prop_assert_eq!(together, 3 * OPENING_VND - bills_vnd);
    }
}

/// What a scene showed for a misbehaviour of payments.
pub fn misbehaves(quirk: Quirk, world: World) -> bool {
    match quirk {
        Quirk::PaymentMadeTwice => {
            let (mut desk, neighbour) = with_neighbour(world);
            let electricity = desk.electricity();
            for _ in 0..2 {
                done(desk.ask(pay_of("a", &electricity, 450_000)));
                done(desk.ask(transfer_of("b", neighbour.number, 1)));
            }
            desk.balance_vnd() == OPENING_VND - 900_002
        }
        Quirk::TransferLost => {
            let (mut desk, neighbour) = with_neighbour(world);
            done(desk.ask(transfer_of("a", neighbour.number, 1)));
            told_of(&mut desk.world, &neighbour).balance_vnd == Some(OPENING_VND)
        }
        _ => panic!("{quirk} has no scene"),
    }
}
