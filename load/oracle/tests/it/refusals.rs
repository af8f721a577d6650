//! Refused calls that left something behind all the same.

use songsinh_contract::Reason;

use super::support::{SECOND, Story, phone, refused};

#[test]
fn a_refused_registration_that_took_the_phone_number_over_has_changed_something() {
    let again = |phone_after| {
        let mut s = Story::new();
        s.approved().after(61 * SECOND).try_register(phone(1), refused(Reason::AccountExists));
        s.after(SECOND).request(phone_after, refused(Reason::PhoneNotRegistered));
        s.broken()
    };
    assert_eq!(again(phone(0)), ["refusal-changes-nothing"]);
    // A refusal that left the account as it was.
    assert!(again(phone(1)).is_empty());
}
