//! What is held, and what calls do to it: journeys 8, 9, 10: the passcode, the wallet, forms, payments.
//!
//! Invariant: nothing here is believed that a carried out call or a known standing did not say: what is not known of an
//! account that is older than the cell stays none.

use songsinh_contract::{Call, Digest, Operation as Op, PaperKind, Reason, Receipt, Token, Values};

use super::effects::use_session;
use super::qr::still_bound;
use super::{Lock, Range, State, Witness};
use crate::cell::{Cell, Step};
use crate::shared::Shared;
use crate::time::{Span, Tri};

/// Wrong passcodes of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tries {
    member: u8,
    wrong: Range,
    lock: Option<Lock>,
}

/// A session in which the passcode was entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Opened {
    session: Digest,
    member: u8,
    ix: Witness,
    /// No lock can have closed it meanwhile.
    certain: bool,
}

/// A paper in a wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) member: u8,
    pub(crate) kind: PaperKind,
    pub(crate) number: Box<str>,
    pub(crate) ix: Witness,
}

/// A submission or a payment, kept under the request id of the phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) member: u8,
    /// A payment; else a submission.
    pub(crate) pays: bool,
    pub(crate) request: Digest,
    /// Digest of all that a retry must repeat.
    pub(crate) content: Digest,
    /// None: the answer was lost.
    pub(crate) receipt: Option<Digest>,
    /// The balance that its first answer told, or must have told, as long as the answer to a retry may tell it.
    pub(crate) balance: Option<i64>,
    /// The member who got money by it, and how much.
    pub(crate) into: Option<(u8, i64)>,
    pub(crate) ix: Witness,
}

/// A bill whose state is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct BillState {
    member: u8,
    bill: Digest,
    paid: bool,
    ix: Witness,
}

/// A member's money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Money {
    member: u8,
    balance: Option<i64>,
    /// The balance and all receipts added up, as it was told first.
    opening: Option<i64>,
}

/// All that the utilities hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Utilities {
    tries: Shared<Tries>,
    opened: Shared<Opened>,
    pub(crate) wallet: Shared<Held>,
    pub(crate) kept: Shared<Kept>,
    bills: Shared<BillState>,
    money: Shared<Money>,
}

/// The request id of a submission or payment.
pub(crate) fn request_of(operation: &Op) -> Option<&Token> {
    match operation {
        Op::FormSubmit { request, .. } | Op::PaymentPay { request, .. } | Op::PaymentTransfer { request, .. } => {
            Some(request)
        }
        _ => None,
    }
}

/// The digest of what a retry must repeat.
pub(crate) fn content(operation: &Op) -> Option<(&Token, Digest)> {
    let digest = |parts: [&str; 3]| Digest::of(parts.join("\u{1f}").as_bytes());
    match operation {
        Op::FormSubmit { service, request, text } => Some((request, digest(["form", service.as_str(), text]))),
        Op::PaymentPay { request, bill, amount_vnd } => {
            Some((request, digest(["bill", bill, &amount_vnd.to_string()])))
        }
        Op::PaymentTransfer { request, to, amount_vnd } => {
            Some((request, digest(["to", &to.to_string(), &amount_vnd.to_string()])))
        }
        _ => None,
    }
}

/// The receipt of a submission or payment.
pub(crate) fn receipt_of<'v>(values: &'v Values, request: &Token) -> Option<&'v Receipt> {
    let named = values.receipts.iter().find(|r| r.request.as_ref() == Some(request));
    named.or_else(|| values.receipts.first().filter(|r| r.request.is_none()))
}

impl State {
    /// Whether the passcode typed is the member's.
    pub(crate) fn passcode_fits(&self, cell: &Cell<'_>, member: u8, typed: Digest) -> Tri {
        let Some(account) = self.account(member) else { return Tri::Unknown };
        let before = || account.active.and_then(|active| still_bound(cell, member, active)).map(|b| b.passcode);
        account.passcode.or_else(before).map_or(Tri::Unknown, |kept| Tri::of(kept == typed))
    }
    fn passcode_tries(&self, member: u8) -> Tries {
        let found = self.utilities.tries.iter().find(|t| t.member == member).copied();
        found.unwrap_or(Tries { member, wrong: Range::default(), lock: None })
    }
    /// What locks the utilities of a member.
    pub(crate) fn utilities_lock(&self, member: u8) -> Option<Lock> {
        self.passcode_tries(member).lock
    }
    /// Whether wrong passcodes lock the utilities at `now`. Holds: free.
    pub(crate) fn utilities_free(&self, cell: &Cell<'_>, member: u8, now: Span) -> Tri {
        let Some(lock) = self.utilities_lock(member) else { return Tri::Holds };
        let tolerance = cell.settings.tolerance(songsinh_contract::Rule::UtilityNeedsPasscode);
        match (lock.certain, now.age_since(lock.since).reached(cell.book.passcode_lock, tolerance)) {
            (_, Tri::Holds) => Tri::Holds,
            (true, over) => over,
            (false, _) => Tri::Unknown,
        }
    }
    fn set_tries(&mut self, tries: Tries) {
        self.utilities.tries.retain(|t| t.member != tries.member);
        self.utilities.tries.put(tries, |t| t.member);
    }
    /// The right passcode was given: at `passcode.enter` it clears the count, elsewhere (`clears` false) it may.
    pub(crate) fn right_passcode(&mut self, member: u8, clears: bool) {
        let mut tries = self.passcode_tries(member);
        tries.wrong = if clears { Range::default() } else { Range { least: 0, most: tries.wrong.most } };
        if clears {
            tries.lock = None;
        }
        if tries != self.passcode_tries(member) {
            self.set_tries(tries);
        }
        if !clears {
            // Whether opened utilities stay open is nowhere said.
            self.utilities.opened.iter_mut().filter(|o| o.member == member).for_each(|o| o.certain = false);
        }
    }
    /// A new activation set a new passcode: the wrong ones of before may count, and their lock may hold.
    pub(super) fn new_passcode(&mut self, member: u8) {
        let mut tries = self.passcode_tries(member);
        tries.wrong.least = 0;
        if let Some(lock) = &mut tries.lock {
            lock.certain = false;
        }
        if tries != self.passcode_tries(member) {
            self.set_tries(tries);
        }
    }
    /// Whether the right passcode was entered by the member, and no lock came for certain since.
    pub(crate) fn has_entered(&self, member: u8) -> bool {
        self.utilities.opened.iter().any(|o| o.member == member)
    }
    /// A call that shows a passcode was refused: counts a wrong one, and locks. For `passcode.enter` and the old one of
    /// `passcode.change`.
    pub(crate) fn count_passcode(&mut self, cell: &Cell<'_>, step: &Step<'_>, member: u8, typed: Digest) {
        let free = self.utilities_free(cell, member, step.span);
        let fits = self.passcode_fits(cell, member, typed);
        if free == Tri::Broken || fits == Tri::Holds {
            return;
        }
        let mut tries = self.passcode_tries(member);
        if tries.lock.is_some() && free == Tri::Holds {
            // After a lock the count may begin anew or stand where it was.
            (tries.lock, tries.wrong.least) = (None, 0);
        }
        let said = step.observation.outcome.reasons().unwrap_or_default();
        let judged = said.has(Reason::PasscodeWrong) || said.has(Reason::UtilitiesLocked);
        tries.wrong.add(judged && free == Tri::Holds && fits == Tri::Broken);
        let limit = cell.book.passcode_attempts;
        match (&mut tries.lock, free) {
            // It may have come after the lock and have locked anew.
            (Some(lock), Tri::Unknown) => {
                (lock.since.hi, lock.certain) = (lock.since.hi.max(step.lasting.hi), false);
            }
            _ if tries.wrong.most >= limit => {
                let certain = tries.wrong.least >= limit;
                tries.lock = Some(Lock { since: step.lasting, certain, ix: step.witness() });
            }
            _ => {}
        }
        if let Some(lock) = tries.lock {
            self.utilities.opened.retain(|o| o.member != member || !lock.certain);
            self.utilities.opened.iter_mut().filter(|o| o.member == member).for_each(|o| o.certain = false);
        }
        self.set_tries(tries);
    }
    /// Whether the passcode was entered in this session, and by which call.
    pub(crate) fn passcode_entered(&self, cell: &Cell<'_>, step: &Step<'_>, member: u8) -> (Tri, u16) {
        let Some(session) = self.session(&step.observation.call.caller) else { return (Tri::Unknown, u16::MAX) };
        let mut mine = self.utilities.opened.iter().filter(|o| o.member == member);
        if let Some(open) = mine.clone().find(|o| o.session == session.token) {
            return (if open.certain { Tri::Holds } else { Tri::Unknown }, open.ix.into());
        }
        // Whether a refreshed session is a new one in this respect is left open; and so is what an earlier story did in
        // the login of which it left the refresh token.
        let by_refresh = |ix: u16| {
            let made_by = cell.steps.get(usize::from(ix)).map(|s| &s.observation.call.operation);
            matches!(made_by, Some(Op::SessionRefresh { .. }))
        };
        let entered = by_refresh(session.family) || (by_refresh(session.ix) && mine.next().is_some());
        (if entered { Tri::Unknown } else { Tri::Broken }, u16::MAX)
    }
    /// What was kept under a request id by a member.
    pub(crate) fn kept(&self, member: u8, pays: bool, request: &Token) -> Option<&Kept> {
        let digest = request.digest();
        self.utilities.kept.iter().find(|k| k.member == member && k.pays == pays && k.request == digest)
    }
    /// Whether the submission or payment of a call is kept for who sent it: request ids of others may be the same.
    pub(crate) fn keeps(&self, call: &Call) -> bool {
        let Some(request) = request_of(&call.operation) else { return false };
        let pays = !matches!(call.operation, Op::FormSubmit { .. });
        self.session(&call.caller).is_some_and(|s| self.kept(s.member, pays, request).is_some())
    }
    /// Whether a bill is paid, and since which call; none: not known.
    pub(crate) fn bill_paid(&self, cell: &Cell<'_>, member: u8, bill: &str) -> Option<(bool, u16)> {
        let digest = Digest::of(bill.as_bytes());
        let known = self.utilities.bills.iter().find(|b| b.member == member && b.bill == digest);
        let fresh =
            cell.facts.members.get(usize::from(member)).is_some_and(|m| m.prior == songsinh_contract::Prior::None);
        known.map(|b| (b.paid, b.ix.into())).or(fresh.then_some((false, u16::MAX)))
    }
    fn set_bill(&mut self, member: u8, bill: &str, paid: bool, ix: Witness) {
        let bill = Digest::of(bill.as_bytes());
        match self.utilities.bills.iter_mut().find(|b| b.member == member && b.bill == bill) {
            Some(known) if known.paid == paid => {}
            Some(known) => (known.paid, known.ix) = (paid, ix),
            None => self.utilities.bills.put(BillState { member, bill, paid, ix }, |b| (b.member, b.bill)),
        }
    }
    /// A member's balance, if it is known.
    pub(crate) fn balance(&self, member: u8) -> Option<i64> {
        self.utilities.money.iter().find(|m| m.member == member)?.balance
    }
    /// Balance and receipts of a member added up, as told before.
    pub(crate) fn opening(&self, member: u8) -> Option<i64> {
        self.utilities.money.iter().find(|m| m.member == member)?.opening
    }
    fn money(&mut self, member: u8) -> &mut Money {
        let at = self.utilities.money.partition_point(|m| m.member < member);
        if self.utilities.money.get(at).is_none_or(|m| m.member != member) {
            self.utilities.money.insert(at, Money { member, balance: None, opening: None });
        }
        &mut self.utilities.money[at]
    }
    fn move_money(&mut self, member: u8, amount_vnd: i64) {
        if self.balance(member).is_some() {
            let money = self.money(member);
            money.balance = money.balance.map(|b| b.saturating_add(amount_vnd));
        }
    }
}

/// The call is carried out.
pub(super) fn carry_out(cell: &Cell<'_>, state: &mut State, step: &Step<'_>) {
    use_session(state, step);
    let Some((session, member)) = state.session(&step.observation.call.caller).map(|s| (s.token, s.member)) else {
        return;
    };
    let ix = step.witness();
    let operation = &step.observation.call.operation;
    let fresh = content(operation).is_some_and(|request| keep(cell, state, step, member, request));
    match operation {
        Op::PasscodeEnter { .. } => {
            state.right_passcode(member, true);
            state.utilities.opened.retain(|o| o.session != session);
            state.utilities.opened.put(Opened { session, member, ix, certain: true }, |o| o.session);
        }
        Op::WalletAdd { kind, number } => {
            let held = |h: &Held| h.member == member && h.kind == *kind;
            if !state.utilities.wallet.iter().any(|h| held(h) && h.number == *number) {
                state.utilities.wallet.retain(|h| !held(h));
                let paper = Held { member, kind: *kind, number: number.clone(), ix };
                state.utilities.wallet.put(paper, |h| (h.member, h.kind));
            }
        }
        Op::PaymentPay { bill, amount_vnd, .. } if fresh => {
            state.set_bill(member, bill, true, ix);
            state.move_money(member, amount_vnd.saturating_neg());
            told_balance(state, step, member);
        }
        Op::PaymentTransfer { to, amount_vnd, .. } if fresh => {
            state.move_money(member, amount_vnd.saturating_neg());
            if let Some(other) = cell.member_numbered(*to) {
                state.move_money(other, *amount_vnd);
            }
            told_balance(state, step, member);
        }
        Op::PaymentBalance => {
            told_balance(state, step, member);
            let told = step.observation.outcome.values().and_then(added_up);
            if told.is_some() {
                state.money(member).opening = told;
            }
        }
        Op::PaymentBills => {
            for bill in step.observation.outcome.values().into_iter().flat_map(|v| &v.bills) {
                state.set_bill(member, &bill.id, bill.paid, ix);
            }
        }
        _ => {}
    }
}

/// The balance of an answer and all its receipts.
pub(crate) fn added_up(values: &Values) -> Option<i64> {
    let amounts = values.receipts.iter().map(|r| r.amount_vnd).collect::<Option<Vec<i64>>>()?;
    let balance = values.balance_vnd.filter(|_| !amounts.is_empty())?;
    Some(amounts.into_iter().fold(balance, i64::saturating_add))
}

fn told_balance(state: &mut State, step: &Step<'_>, member: u8) {
    if let Some(told) = step.observation.outcome.values().and_then(|v| v.balance_vnd) {
        state.money(member).balance = Some(told);
    }
}

/// Keeps a submission or payment under its request id. False: it was kept before.
fn keep(cell: &Cell<'_>, state: &mut State, step: &Step<'_>, member: u8, (request, content): (&Token, Digest)) -> bool {
    let (spent, to) = match &step.observation.call.operation {
        Op::PaymentPay { amount_vnd, .. } => (Some(*amount_vnd), None),
        Op::PaymentTransfer { to, amount_vnd, .. } => (Some(*amount_vnd), cell.member_numbered(*to)),
        _ => (None, None),
    };
    let pays = spent.is_some();
    let values = step.observation.outcome.values();
    let receipt = values.and_then(|v| receipt_of(v, request)).map(|r| r.id.digest());
    let request = request.digest();
    let same = |k: &Kept| k.member == member && k.pays == pays && k.request == request;
    if let Some(at) = state.utilities.kept.iter().position(same) {
        let before = state.utilities.kept[at];
        let balance = before.balance.filter(|_| cell.is_retried(step));
        let after = Kept { receipt: before.receipt.or(receipt), balance, ..before };
        if after != before {
            state.utilities.kept[at] = after;
        }
        return false;
    }
    let after = |spent: i64| state.balance(member).map(|before| before.saturating_sub(spent));
    let told = |spent| values.and_then(|v| v.balance_vnd).or_else(|| after(spent));
    let balance = spent.filter(|_| cell.is_retried(step)).and_then(told);
    let into = to.zip(spent);
    let kept = Kept { member, pays, request, content, receipt, balance, into, ix: step.witness() };
    state.utilities.kept.put(kept, |k| (k.member, k.pays, k.request));
    true
}

/// The call is refused.
pub(super) fn refuse(cell: &Cell<'_>, state: &mut State, step: &Step<'_>) {
    let Op::PasscodeEnter { passcode } = &step.observation.call.operation else { return };
    let session = state.session(&step.observation.call.caller);
    let Some(member) = session.filter(|s| s.device == step.observation.call.caller.device).map(|s| s.member) else {
        return;
    };
    if state.account(member).is_some_and(|a| a.active.is_some()) {
        state.count_passcode(cell, step, member, passcode.digest());
    }
}
