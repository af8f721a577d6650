//! A person, her calls, and a target for them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::date;
use songsinh_contract::{
    BirthDate, Call, Caller, Code, CounterFiling, DeviceId, Digest, Fingerprints, Form, Operation, OperationName,
    PaperKind, Portrait, PrintedCard, ProofShown, PublicService, QrFlaw, Secret, Sex, ShownQr, Signer, Token,
};
use songsinh_kernel::RealClock;
use songsinh_phone::DeviceKey;
use songsinh_scenario::{Profile, Secrets};
use songsinh_target::{Compiled, HttpTarget, TargetError};
use songsinh_wire::{Endpoint, Limits, Pool};

pub const NUMBER: &str = "001303004711";
pub const NAME: &str = "Nguyễn Thị \"Ánh\" & Mai";

pub fn profile(name: &str) -> Profile {
    Profile::load(Path::new("../../scenarios/targets").join(name)).unwrap()
}

pub fn compile(profile: &Profile, url: &str) -> Result<Arc<Compiled>, TargetError> {
    let urls = BTreeMap::from([("app".to_owned(), url.to_owned())]);
    Compiled::new(profile, &Secrets::beside(Path::new("")), &urls)
}

pub fn target(compiled: &Arc<Compiled>) -> HttpTarget<RealClock> {
    let base = compiled.bases().first().unwrap();
    let pool = Pool::new(Endpoint::plain(&base.host, base.port), Limits::default(), RealClock::new()).unwrap();
    HttpTarget::new(Arc::clone(compiled), pool, RealClock::new())
}

pub fn printed() -> PrintedCard {
    PrintedCard {
        number: NUMBER.parse().unwrap(),
        old_number: None,
        name: "Nguyễn Thị Ánh".into(),
        born: BirthDate::Full(date(2003, 7, 2)),
        sex: Sex::Female,
        address: "Thôn 3, Xã Năng Khả".into(),
        issued: date(2021, 5, 10),
    }
}

pub fn form() -> Form {
    Form {
        number: NUMBER.into(),
        phone: "0912345678".parse().unwrap(),
        name: NAME.into(),
        born: BirthDate::Full(date(2003, 7, 2)),
        sex: Sex::Female,
    }
}

pub fn call(operation: Operation) -> Call {
    let caller = Caller {
        device: DeviceId(7),
        session: Some(Token::new("session-1")),
        proof: ProofShown::Own,
        key: Digest::of(b"key"),
        signer: Some(Arc::new(DeviceKey::new(7, DeviceId(7), 0)) as Arc<dyn Signer>),
    };
    Call { operation, caller }
}

/// One call of every operation.
pub fn every_operation() -> Vec<Operation> {
    let token = || Token::new("handle/1 ?");
    let (number, phone) = (NUMBER.parse().unwrap(), "0912345678".parse().unwrap());
    let (password, code) = (Secret::new("Mat-Khau-1"), Code(4711));
    let answers = vec![(3, Secret::new("mèo")), (5, Secret::new("phở"))];
    let request = || Token::new("request-1");
    let one = |name: OperationName| match name {
        OperationName::ServiceHealth => Operation::ServiceHealth,
        OperationName::ServiceQuestions => Operation::ServiceQuestions,
        OperationName::AccountRegister => Operation::AccountRegister { form: form(), scanned: None },
        OperationName::AccountResend => Operation::AccountResend { challenge: token() },
        OperationName::AccountConfirm => Operation::AccountConfirm { challenge: token(), code },
        OperationName::AccountSetPassword => {
            Operation::AccountSetPassword { challenge: token(), password: password.clone() }
        }
        OperationName::SessionLogin => Operation::SessionLogin { number, password: password.clone() },
        OperationName::AccountShow => Operation::AccountShow,
        OperationName::Level1ReadCard => Operation::Level1ReadCard { printed: Box::new(printed()), nfc: false },
        OperationName::Level1Portrait => {
            Operation::Level1Portrait { application: token(), portrait: Some(Portrait { face: 1, shot: 2 }) }
        }
        OperationName::Level1Submit => Operation::Level1Submit { application: token(), email: None },
        OperationName::ActivationRequest => Operation::ActivationRequest { number, phone },
        OperationName::ActivationResend => Operation::ActivationResend { challenge: token() },
        OperationName::ActivationConfirm => Operation::ActivationConfirm { challenge: token(), code },
        OperationName::ActivationSetPassword => {
            Operation::ActivationSetPassword { challenge: token(), password: password.clone() }
        }
        OperationName::ActivationSetPasscode => {
            Operation::ActivationSetPasscode { challenge: token(), passcode: Secret::new("135790") }
        }
        OperationName::ActivationSetQuestions => {
            Operation::ActivationSetQuestions { challenge: token(), answers: answers.clone() }
        }
        OperationName::ServiceTerms => Operation::ServiceTerms,
        OperationName::SessionRefresh => Operation::SessionRefresh { refresh: Token::new("refresh-1") },
        OperationName::SessionLogout => Operation::SessionLogout,
        OperationName::SessionUnlock => Operation::SessionUnlock { number },
        OperationName::OfficerLogin => Operation::OfficerLogin { user: "can-bo-1".into(), password: password.clone() },
        OperationName::Level2File => Operation::Level2File { filing: Box::new(filing()) },
        OperationName::ApplicationDecide => Operation::ApplicationDecide { number, approve: true },
        OperationName::QrSwitch => Operation::QrSwitch { on: true },
        OperationName::QrMint => Operation::QrMint,
        OperationName::QrScan => Operation::QrScan { qr: Box::new(shown_qr()) },
        OperationName::DeviceList => Operation::DeviceList,
        OperationName::DeviceRelease => Operation::DeviceRelease,
        OperationName::DeviceMove => Operation::DeviceMove { number, password: password.clone() },
        OperationName::DeviceMoveCode => Operation::DeviceMoveCode,
        OperationName::DeviceMoveConfirm => Operation::DeviceMoveConfirm { challenge: token(), code },
        OperationName::PasswordChange => {
            Operation::PasswordChange { old: password.clone(), new: Secret::new("Mat-Khau-2") }
        }
        OperationName::PasscodeChange => {
            Operation::PasscodeChange { old: Secret::new("135790"), new: Secret::new("246801") }
        }
        OperationName::PasscodeEnter => Operation::PasscodeEnter { passcode: Secret::new("135790") },
        OperationName::UnlockSwitch => Operation::UnlockSwitch { on: false },
        OperationName::NoticeList => Operation::NoticeList,
        OperationName::ResetRequest => Operation::ResetRequest { number, phone },
        OperationName::ResetResend => Operation::ResetResend { challenge: token() },
        OperationName::ResetConfirm => Operation::ResetConfirm { challenge: token(), code },
        OperationName::ResetAnswer => Operation::ResetAnswer { challenge: token(), answers: answers.clone() },
        OperationName::ResetSetPassword => {
            Operation::ResetSetPassword { challenge: token(), password: password.clone() }
        }
        OperationName::WalletAdd => Operation::WalletAdd { kind: PaperKind::DrivingLicence, number: "790123".into() },
        OperationName::WalletList => Operation::WalletList,
        OperationName::WalletShow => Operation::WalletShow { kind: PaperKind::DrivingLicence },
        OperationName::FormOpen => Operation::FormOpen { service: PublicService::StayNotice },
        OperationName::FormSubmit => Operation::FormSubmit {
            service: PublicService::StayNotice,
            request: request(),
            text: "Lưu trú \"2\" đêm".into(),
        },
        OperationName::FormList => Operation::FormList,
        OperationName::PaymentBills => Operation::PaymentBills,
        OperationName::PaymentBalance => Operation::PaymentBalance,
        OperationName::PaymentPay => {
            Operation::PaymentPay { request: request(), bill: "bill-1".into(), amount_vnd: 250_000 }
        }
        OperationName::PaymentTransfer => {
            Operation::PaymentTransfer { request: request(), to: "001303004712".parse().unwrap(), amount_vnd: 100_000 }
        }
    };
    OperationName::ALL.into_iter().map(one).collect()
}

/// What an officer takes down of her.
pub fn filing() -> CounterFiling {
    CounterFiling {
        number: NUMBER.parse().unwrap(),
        phone: "0912345678".parse().unwrap(),
        email: None,
        card: printed(),
        portrait: Some(Portrait { face: 1, shot: 2 }),
        fingerprints: Some(Fingerprints { of: 1 }),
    }
}

pub fn shown_qr() -> ShownQr {
    ShownQr { text: Token::new("VNQ1:6BF"), ticket: None, flaw: Some(QrFlaw::Counterfeit), photographed: false }
}
