//! Stories hold what one must see to agree: every try that makes a lock, every code that makes a limit.

use crate::support::*;
use songsinh_contract::*;

/// The story of the only finding.
fn told(s: &Story) -> Vec<u32> {
    let findings = s.findings();
    assert_eq!(findings.len(), 1, "{findings:#?}");
    findings[0].story.clone()
}

#[test]
fn a_lock_shows_all_the_wrong_passwords() {
    // Registered by 0 to 2; a wrong password, a right one, five wrong ones, one more while locked.
    let mut s = Story::new();
    s.registered().login("Falsch-11", refused(Reason::CredentialsWrong)).login(PASSWORD, session("s"));
    for _ in 0..5 {
        s.login("Falsch-11", refused(Reason::CredentialsWrong));
    }
    s.login("Falsch-11", refused(Reason::Locked)).login(PASSWORD, session("t"));
    assert_eq!(told(&s), [2, 5, 6, 7, 8, 9, 11]);
    // Locked after four.
    let mut s = Story::new();
    s.registered();
    for _ in 0..4 {
        s.login("Falsch-11", refused(Reason::CredentialsWrong));
    }
    s.login(PASSWORD, refused(Reason::Locked));
    assert_eq!(told(&s), [2, 3, 4, 5, 6, 7]);
}

#[test]
fn a_void_code_shows_all_the_wrong_ones_since_it_was_sent() {
    let mut s = Story::new();
    s.register(phone(0), "r", 111_111).confirm("r", 1, refused(Reason::CodeWrong));
    s.after(61 * SECOND).resend("r", phone(0), 222_222);
    for n in 0..5 {
        s.confirm("r", n, refused(Reason::CodeWrong));
    }
    s.confirm("r", 222_222, done());
    assert_eq!(told(&s), [0, 2, 3, 4, 5, 6, 7, 8]);
    // Fifteen over three codes.
    let mut s = Story::new();
    s.register(phone(0), "r", 111_111);
    for n in 0..15 {
        if n > 0 && n % 5 == 0 {
            s.after(61 * SECOND).resend("r", phone(0), 222_000 + n);
        }
        s.confirm("r", n, refused(Reason::CodeWrong));
    }
    s.after(61 * SECOND).resend("r", phone(0), 333_333).confirm("r", 333_333, done());
    let all: Vec<u32> = (0..20).filter(|n| ![6, 12].contains(n)).collect();
    assert_eq!(told(&s), all);
}

#[test]
fn too_many_codes_show_every_one() {
    let mut s = Story::new();
    s.register(phone(0), "r", 111_111);
    for n in 0..6 {
        s.after(61 * SECOND).resend("r", phone(0), 222_000 + n);
    }
    assert_eq!(told(&s), [0, 1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_lock_of_the_utilities_shows_the_wrong_passcodes() {
    let s = crate::utilities::unlocked(1_000, done());
    // Logged in by 0, opened by 1.
    assert_eq!(told(&s), [0, 2, 3, 4, 5, 6, 7]);
}
