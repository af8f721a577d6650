//! At which level an account is activated: what QR codes and utilities ask first.

use songsinh_contract::Level;

use crate::records::Account;

/// The level at which an account is activated; none if it is not activated.
pub(super) fn active_level(account: &Account) -> Option<Level> {
    account.device().map(|_| account.level)
}
