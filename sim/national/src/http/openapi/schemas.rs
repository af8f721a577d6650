//! The schemas of bodies, and which operation takes and gives which.

use songsinh_contract::OperationName;
use utoipa::ToSchema;
use utoipa::openapi::{ComponentsBuilder, Ref, RefOr, Required, Schema};

use crate::http::bodies::{
    ActivationAsked, ActivationOpened, ApplicationOpened, Balance, BillPaid, BillShown, Bills, CardShown, CodeSent,
    CodeTaken, CodeTyped, Credentials, Decision, DeviceShown, Devices, Done, Filed, Filing, FormFilled, FormReceipt,
    FormSent, Health, Me, MoneyPaid, MoneyReceipt, MoneySent, MoveCode, MoveOpened, Nothing, Notice, Notices,
    NumberTyped, OfficerCredentials, PaperAdded, PaperNamed, PaperShown, Papers, PasscodeChosen, PasswordChosen,
    PersonShown, PortraitTaken, Problem, QuestionAnswered, QuestionOffered, Questions, QuestionsChosen, Refreshment,
    Registration, RegistrationOpened, ResetOpened, Scan, ScanResult, Scanned, SecretChanged, ServiceChosen,
    SessionOpened, State, Submission, Submissions, Switch, Terms, TicketGiven, Version,
};
use crate::http::routes::Ask;

/// Every schema.
pub(super) fn components() -> ComponentsBuilder {
    ComponentsBuilder::new()
        .schema_from::<Nothing>()
        .schema_from::<CodeTyped>()
        .schema_from::<Health>()
        .schema_from::<Version>()
        .schema_from::<Questions>()
        .schema_from::<QuestionOffered>()
        .schema_from::<CodeSent>()
        .schema_from::<CodeTaken>()
        .schema_from::<Done>()
        .schema_from::<State>()
        .schema_from::<Problem>()
        .schema_from::<Registration>()
        .schema_from::<PasswordChosen>()
        .schema_from::<Credentials>()
        .schema_from::<RegistrationOpened>()
        .schema_from::<SessionOpened>()
        .schema_from::<Me>()
        .schema_from::<CardShown>()
        .schema_from::<PortraitTaken>()
        .schema_from::<Submission>()
        .schema_from::<PersonShown>()
        .schema_from::<ApplicationOpened>()
        .schema_from::<ActivationAsked>()
        .schema_from::<PasscodeChosen>()
        .schema_from::<QuestionsChosen>()
        .schema_from::<QuestionAnswered>()
        .schema_from::<ActivationOpened>()
        .schema_from::<Terms>()
        .schema_from::<Refreshment>()
        .schema_from::<NumberTyped>()
        .schema_from::<Switch>()
        .schema_from::<SecretChanged>()
        .schema_from::<Notices>()
        .schema_from::<Notice>()
        .schema_from::<ResetOpened>()
        .schema_from::<OfficerCredentials>()
        .schema_from::<Filing>()
        .schema_from::<Decision>()
        .schema_from::<Filed>()
        .schema_from::<TicketGiven>()
        .schema_from::<Scan>()
        .schema_from::<ScanResult>()
        .schema_from::<Scanned>()
        .schema_from::<Devices>()
        .schema_from::<DeviceShown>()
        .schema_from::<MoveOpened>()
        .schema_from::<MoveCode>()
        .schema_from::<PaperAdded>()
        .schema_from::<PaperShown>()
        .schema_from::<Papers>()
        .schema_from::<PaperNamed>()
        .schema_from::<ServiceChosen>()
        .schema_from::<FormFilled>()
        .schema_from::<FormSent>()
        .schema_from::<FormReceipt>()
        .schema_from::<Submissions>()
        .schema_from::<Bills>()
        .schema_from::<BillShown>()
        .schema_from::<Balance>()
        .schema_from::<MoneyReceipt>()
        .schema_from::<BillPaid>()
        .schema_from::<MoneySent>()
        .schema_from::<MoneyPaid>()
}

/// A schema by its name.
pub(super) fn name_of<T: ToSchema>() -> RefOr<Schema> {
    RefOr::Ref(Ref::from_schema_name(T::name()))
}

/// The schema of the request's body, if the route takes one, and whether it must be there.
pub(super) fn taken(name: OperationName) -> Option<(RefOr<Schema>, Required)> {
    use OperationName as Op;
    let body = match name {
        Op::ServiceHealth
        | Op::ServiceQuestions
        | Op::ServiceTerms
        | Op::AccountShow
        | Op::DeviceList
        | Op::NoticeList
        | Op::WalletList
        | Op::WalletShow
        | Op::FormList
        | Op::PaymentBills
        | Op::PaymentBalance => return None,
        Op::AccountResend
        | Op::ActivationResend
        | Op::ResetResend
        | Op::SessionLogout
        | Op::QrMint
        | Op::DeviceRelease
        | Op::DeviceMoveCode => return Some((name_of::<Nothing>(), Required::False)),
        Op::Level1Submit => return Some((name_of::<Submission>(), Required::False)),
        Op::AccountRegister => name_of::<Registration>(),
        Op::AccountConfirm | Op::ActivationConfirm | Op::DeviceMoveConfirm | Op::ResetConfirm => name_of::<CodeTyped>(),
        Op::AccountSetPassword | Op::ActivationSetPassword | Op::ResetSetPassword => name_of::<PasswordChosen>(),
        Op::SessionLogin | Op::DeviceMove => name_of::<Credentials>(),
        Op::SessionRefresh => name_of::<Refreshment>(),
        Op::SessionUnlock => name_of::<NumberTyped>(),
        Op::Level1ReadCard => name_of::<CardShown>(),
        Op::Level1Portrait => name_of::<PortraitTaken>(),
        Op::ActivationRequest | Op::ResetRequest => name_of::<ActivationAsked>(),
        Op::ActivationSetPasscode | Op::PasscodeEnter => name_of::<PasscodeChosen>(),
        Op::ActivationSetQuestions | Op::ResetAnswer => name_of::<QuestionsChosen>(),
        Op::OfficerLogin => name_of::<OfficerCredentials>(),
        Op::Level2File => name_of::<Filing>(),
        Op::ApplicationDecide => name_of::<Decision>(),
        Op::QrSwitch | Op::UnlockSwitch => name_of::<Switch>(),
        Op::QrScan => name_of::<Scan>(),
        Op::PasswordChange | Op::PasscodeChange => name_of::<SecretChanged>(),
        Op::WalletAdd => name_of::<PaperAdded>(),
        Op::FormOpen => name_of::<ServiceChosen>(),
        Op::FormSubmit => name_of::<FormSent>(),
        Op::PaymentPay => name_of::<BillPaid>(),
        Op::PaymentTransfer => name_of::<MoneySent>(),
    };
    Some((body, Required::True))
}

/// The schema of the answer to a done call.
pub(super) fn given(ask: Ask) -> Option<RefOr<Schema>> {
    Some(match ask {
        Ask::Document => return None,
        Ask::Version => name_of::<Version>(),
        Ask::Operation(name) => told(name),
    })
}

fn told(name: OperationName) -> RefOr<Schema> {
    use OperationName as Op;
    match name {
        Op::ServiceHealth => name_of::<Health>(),
        Op::ServiceQuestions | Op::ResetConfirm => name_of::<Questions>(),
        Op::ServiceTerms => name_of::<Terms>(),
        Op::AccountRegister => name_of::<RegistrationOpened>(),
        Op::AccountResend | Op::ActivationResend | Op::ResetResend => name_of::<CodeSent>(),
        Op::AccountConfirm | Op::ActivationConfirm => name_of::<CodeTaken>(),
        Op::SessionLogin | Op::SessionRefresh | Op::SessionUnlock | Op::OfficerLogin => name_of::<SessionOpened>(),
        Op::AccountShow => name_of::<Me>(),
        Op::Level1ReadCard => name_of::<ApplicationOpened>(),
        Op::ActivationRequest => name_of::<ActivationOpened>(),
        Op::AccountSetPassword | Op::Level1Submit | Op::ActivationSetQuestions | Op::ApplicationDecide => {
            name_of::<State>()
        }
        Op::Level2File => name_of::<Filed>(),
        Op::QrMint => name_of::<TicketGiven>(),
        Op::QrScan => name_of::<Scanned>(),
        Op::DeviceList => name_of::<Devices>(),
        Op::DeviceMove => name_of::<MoveOpened>(),
        Op::DeviceMoveCode => name_of::<MoveCode>(),
        Op::NoticeList => name_of::<Notices>(),
        Op::ResetRequest => name_of::<ResetOpened>(),
        Op::WalletAdd | Op::WalletShow => name_of::<PaperShown>(),
        Op::WalletList => name_of::<Papers>(),
        Op::FormOpen => name_of::<FormFilled>(),
        Op::FormSubmit => name_of::<FormReceipt>(),
        Op::FormList => name_of::<Submissions>(),
        Op::PaymentBills => name_of::<Bills>(),
        Op::PaymentBalance => name_of::<Balance>(),
        Op::PaymentPay | Op::PaymentTransfer => name_of::<MoneyPaid>(),
        Op::Level1Portrait
        | Op::ActivationSetPassword
        | Op::ActivationSetPasscode
        | Op::SessionLogout
        | Op::QrSwitch
        | Op::DeviceRelease
        | Op::DeviceMoveConfirm
        | Op::PasswordChange
        | Op::PasscodeChange
        | Op::PasscodeEnter
        | Op::UnlockSwitch
        | Op::ResetAnswer
        | Op::ResetSetPassword => name_of::<Done>(),
    }
}
