//! Journey 4, automatic: an application that is due becomes approved or rejected, with one notice.
//!
//! Invariant: a pending application is settled once; approval makes level 1, opens the activation window and sends
//! exactly one notice, all in one commit.

use songsinh_contract::{Application as ApplicationWord, Level, SmsPurpose};

use super::Case;
use crate::records::{Account, ActivationState, Application, ApplicationStage, Handle};
use crate::words;

pub(super) fn settle(case: &mut Case<'_>, handle: Handle) {
    let Some(application) = case.get::<Application>(handle) else { return };
    let ApplicationStage::Pending { due_ms, approve } = application.stage else { return };
    if case.now_ms() < due_ms {
        return;
    }
    let Some(account) = case.get::<Account>(application.number) else { return };
    let (number, phone) = (account.number, account.phone);
    if approve {
        let activation = ActivationState::Notified { since_ms: case.now_ms() };
        case.put(number, Account { level: Level::One, application: ApplicationWord::Approved, activation, ..account });
        case.put(handle, Application { stage: ApplicationStage::Approved, ..application });
        case.send(SmsPurpose::Approved, phone, words::APPROVED_SMS.to_owned(), None);
    } else {
        case.put(number, Account { application: ApplicationWord::Rejected, ..account });
        case.put(handle, Application { stage: ApplicationStage::Rejected, ..application });
        case.send(SmsPurpose::Rejected, phone, words::REJECTED_SMS.to_owned(), None);
    }
}
