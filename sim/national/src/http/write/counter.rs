//! Journey 5: what the officer is told.

use songsinh_contract::Values;

use super::fields::text;
use crate::http::bodies::Filed;

pub(super) fn filed(values: &Values) -> Filed {
    Filed { application: text(values.handle.as_ref()) }
}
