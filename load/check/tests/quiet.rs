//! Quiet misbehaviours are found by random stories and shrink to a few operations; the plain twin breaks nothing.

use songsinh_check::{Check, Property};
use songsinh_contract::Rule;

/// Misbehaviour, the property that finds it, the rule that it breaks.
const QUIET: [(&str, Property, Rule); 10] = [
    ("otp-lives-twice", Property::TokenExpiry, Rule::OtpExpires),
    ("qr-lives-a-second-more", Property::TokenExpiry, Rule::QrExpires),
    ("qr-whole-seconds", Property::TokenExpiry, Rule::QrExpires),
    ("qr-serves-twice-at-once", Property::TokenExpiry, Rule::QrReplay),
    ("refresh-reusable", Property::TokenExpiry, Rule::SessionExpires),
    ("otp-reusable", Property::Otp, Rule::OtpSingleUse),
    ("old-code-works", Property::Otp, Rule::OtpSupersededByNewer),
    ("lockout-ends-early", Property::Session, Rule::LoginLockout),
    ("release-keeps-sessions", Property::DeviceBinding, Rule::DeviceReleaseEndsAccess),
    ("move-without-code", Property::DeviceBinding, Rule::AccountOneDevice),
];

#[test]
fn quiet_misbehaviours_shrink_to_eight_operations() {
    let mut missed = Vec::new();
    for (name, property, rule) in QUIET {
        let report = Check::of(property).cases(150).seed(1).misbehave(name).run().unwrap();
        match report.counterexamples.iter().find(|one| one.rule == rule) {
            Some(one) if one.script.requests() <= 8 => println!("{name}\n{}", one.script.yaml("  ")),
            _ => missed.push(format!("{name}:\n{}", report.page(songsinh_reports::Lang::En))),
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn the_plain_twin_breaks_nothing() {
    for &property in Property::ALL {
        Check::of(property).cases(150).seed(2).run().unwrap().assert_holds();
    }
}
