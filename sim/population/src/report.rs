//! People in words, for who looks at them.

use std::fmt::Write as _;

use jiff::civil::Date;
use songsinh_contract::{CardState, LifeStatus, Os, Person};

/// One person on a day, as lines of `field  value` with the Vietnamese terms beside them.
#[must_use]
pub fn show(person: &Person, day: Date) -> String {
    let mut out = String::new();
    let mut line = |field: &str, value: &str| {
        let _ = writeln!(out, "{field:<23}{value}");
    };
    line("index", &person.index.0.to_string());
    line("number (số định danh)", &person.number.to_string());
    line("old number (CMND)", &person.old_number.map_or("none".to_owned(), |number| number.to_string()));
    line("name (họ tên)", &person.name);
    line("born (ngày sinh)", &format!("{}, {} years old on {day}", person.born, person.born.age_on(day)));
    line("sex (giới tính)", person.sex.vietnamese());
    line("ethnicity (dân tộc)", &person.ethnicity);
    line("address (thường trú)", &person.address);
    line("commune (mã xã)", &format!("{:05}", person.commune));
    let life = match person.life {
        LifeStatus::Alive => "alive",
        LifeStatus::Dead => "dead",
        LifeStatus::Cancelled => "alive, number cancelled",
    };
    line("life", life);
    line("card (CCCD gắn chip)", &card_words(person, day));
    line("portrait", &person.portrait.to_string());
    line("phone (điện thoại)", &phone_words(person));
    out
}

fn card_words(person: &Person, day: Date) -> String {
    let Some(card) = person.card else { return "none".to_owned() };
    let state = match card.state_on(day) {
        CardState::InForce => "in force",
        CardState::Expired => "expired",
        CardState::Withdrawn => "withdrawn",
    };
    let until = card.expires.map_or("without an end".to_owned(), |last| format!("until {last}"));
    format!("{} {until}, {:?}: {state}", card.issued, card.status)
}

fn phone_words(person: &Person) -> String {
    let Some(phone) = person.phone else { return "none".to_owned() };
    let os = match phone.os {
        Os::Android => "Android",
        Os::Ios => "iOS",
        Os::Feature => "no apps",
    };
    let nfc = if phone.nfc { "NFC" } else { "no NFC" };
    let whose = if phone.shared { ", a relative's" } else { "" };
    format!("{} ({:?}), {os}, {nfc}{whose}", phone.number, phone.carrier)
}
