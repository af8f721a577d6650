//! Calls and frames for tests.

use songsinh_contract::{
    BirthDate, Call, Caller, CitizenNumber, DeviceId, Digest, Form, Operation, ProofShown, Sex, TraceId, UnixMillis,
};

use super::vars::Frame;

pub(crate) fn number() -> CitizenNumber {
    "001203004711".parse().unwrap()
}

pub(crate) fn call(operation: Operation) -> Call {
    let caller = Caller {
        device: DeviceId(7),
        session: None,
        proof: ProofShown::Missing,
        key: Digest::of(b"key"),
        signer: None,
    };
    Call { operation, caller }
}

pub(crate) fn register(name: &str) -> Operation {
    let form = Form {
        number: number().to_string().into(),
        phone: "0912345678".parse().unwrap(),
        name: name.into(),
        born: BirthDate::Full(jiff::civil::date(2003, 7, 2)),
        sex: Sex::Female,
    };
    Operation::AccountRegister { form, scanned: None }
}

pub(crate) fn frame(call: &Call) -> Frame<'_> {
    Frame {
        call,
        trace: TraceId(1, 2),
        span: 3,
        unix: UnixMillis(1_661_101_200_000),
        method: "POST",
        path: "/",
        body: b"",
        proof: None,
    }
}
