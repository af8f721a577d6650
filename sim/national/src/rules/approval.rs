//! Journey 4: an application waits, and is approved or rejected with one notice: by the clerk when it is due, or by an
//! officer before.
//!
//! Invariant: a pending application is settled once; approval makes its level, opens the activation window and sends
//! exactly one notice, all in one commit. Level 2 over an active level 1 is granted but does not count until its own
//! activation: level 1 goes on working. Who had no account before has none again after a rejection.

use songsinh_contract::{AccountState, Application as ApplicationWord, Level, SmsPurpose};

use super::Case;
use super::case::millis;
use crate::quirks::Quirk;
use crate::records::{Account, ActivationState, Application, ApplicationStage, Handle, Owner};
use crate::words;

/// Puts an application into the clerk's queue.
pub(super) fn file(
    case: &mut Case<'_>,
    mut account: Account,
    handle: Handle,
    application: Application,
) -> AccountState {
    let plan = case.frame.approval;
    let (least, most) = (millis(plan.delay_min), millis(plan.delay_max));
    let spread = u64::try_from(most - least).unwrap_or(0);
    let due_ms = case.now_ms() + least + i64::try_from(case.chance.below(spread + 1)).unwrap_or(0);
    let approve = !(plan.reject_share > 0.0 && case.chance.happens(plan.reject_share));
    case.put(handle, Application { stage: ApplicationStage::Pending { due_ms, approve }, ..application });
    account.application = ApplicationWord::Pending;
    account.pending.push(handle);
    let state = account.state();
    case.put(account.number, account);
    state
}

/// The clerk looks at an application: one that is due is settled as drawn.
pub(super) fn settle(case: &mut Case<'_>, handle: Handle) {
    let Some(application) = case.get::<Application>(handle) else { return };
    let ApplicationStage::Pending { due_ms, approve } = application.stage else { return };
    if case.now_ms() >= due_ms {
        decide(case, handle, application, approve);
    }
}

/// Settles an application that waits, and tells the state of the account after; none if it does not wait.
pub(super) fn decide(
    case: &mut Case<'_>,
    handle: Handle,
    application: Application,
    approve: bool,
) -> Option<AccountState> {
    if !matches!(application.stage, ApplicationStage::Pending { .. }) {
        return None;
    }
    let mut account = case.get::<Account>(application.number)?;
    account.pending.retain(|one| *one != handle);
    let (stage, word, purpose, text) = if approve {
        grant(&mut account, application.level, case.now_ms());
        account.portrait = Some(application.reference);
        (ApplicationStage::Approved, ApplicationWord::Approved, SmsPurpose::Approved, words::APPROVED_SMS)
    } else {
        (ApplicationStage::Rejected, ApplicationWord::Rejected, SmsPurpose::Rejected, words::REJECTED_SMS)
    };
    account.application = if account.pending.is_empty() { word } else { ApplicationWord::Pending };
    account.note(purpose);
    case.put(handle, Application { stage, ..application });
    if !(approve && case.strikes(Quirk::NoticeMissing)) {
        let opposite = case.strikes(Quirk::NoticeOfTheOpposite);
        let (purpose, text) = match (approve, opposite) {
            (true, true) => (SmsPurpose::Rejected, words::REJECTED_SMS),
            (false, true) => (SmsPurpose::Approved, words::APPROVED_SMS),
            (_, false) => (purpose, text),
        };
        case.send(purpose, account.phone, text.to_owned(), None);
    }
    if approve && case.strikes(Quirk::NoticeTwice) {
        case.send(SmsPurpose::Rejected, account.phone, words::REJECTED_SMS.to_owned(), None);
    }
    let state = account.state();
    if account.level == Level::None {
        forget(case, &account);
    } else {
        case.put(account.number, account);
    }
    Some(state)
}

fn grant(account: &mut Account, level: Level, now_ms: i64) {
    if account.device().is_none() {
        account.level = account.level.max(level);
        account.activation = ActivationState::Notified { since_ms: now_ms };
    } else if account.level < level {
        account.upgrade_ms = Some(now_ms);
    }
}

/// Frees number and phone of who only waited.
fn forget(case: &mut Case<'_>, account: &Account) {
    if case.get::<Owner>(account.phone).is_some_and(|owner| owner.number == account.number) {
        case.remove::<Owner>(account.phone);
    }
    case.remove::<Account>(account.number);
}
