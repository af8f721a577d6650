//! Journeys 0, 11 and 12: terms, devices, notices, a forgotten password.

use songsinh_contract::{DeviceId, Values};

use super::fields::{seconds, text};
use crate::http::bodies::{DeviceShown, Devices, MoveCode, MoveOpened, Notice, Notices, ResetOpened, Terms};
use crate::words;

pub(super) fn terms() -> Terms {
    Terms { version: words::TERMS_VERSION, text: words::TERMS }
}

/// `asking` is the device of the call.
pub(super) fn devices(values: &Values, asking: DeviceId) -> Devices {
    let shown = |&device: &DeviceId| DeviceShown { device: device.to_string(), current: device == asking };
    Devices { devices: values.devices.iter().map(shown).collect() }
}

pub(super) fn device_move(values: &Values) -> MoveOpened {
    MoveOpened { handle: text(values.handle.as_ref()), expires_in_s: seconds(values.expires_in) }
}

pub(super) fn move_code(values: &Values) -> MoveCode {
    let code = values.code.map(|code| code.to_string()).unwrap_or_default();
    MoveCode { code, expires_in_s: seconds(values.expires_in) }
}

pub(super) fn notices(values: &Values) -> Notices {
    let notice = |&kind| Notice { kind, text: words::notice(kind) };
    Notices { notices: values.notices.iter().map(notice).collect() }
}

pub(super) fn reset(values: &Values) -> ResetOpened {
    ResetOpened { reset: text(values.handle.as_ref()), expires_in_s: seconds(values.expires_in) }
}
