//! Who takes part, in what state they begin, and how they are brought into it before the load.

use std::time::Duration;

use crate::message::Message;
use crate::provinces::Province;
use crate::read::{Fields, Findings, record};
use crate::units::{Course, Whole};
use crate::words::words;

words! {
    /// The account that a citizen has before the load begins.
    pub enum Account ("state of an account") {
        /// None.
        None "none",
        /// An app account.
        App "app",
        /// Level 1, activated on the phone.
        Level1 "level1",
        /// Level 2, activated on the phone.
        Level2 "level2",
    }
}

words! {
    /// Which people a run takes.
    pub enum Choose ("way to choose people") {
        /// Nobody whom an earlier run at this target has touched.
        Fresh "fresh",
        /// Those whom an earlier run has left in the wanted state, then fresh ones.
        Prepared "prepared",
    }
}

record! {
    /// The state in which citizens begin.
    pub struct Have ("have") {
        /// The account.
        "account" account: Account, default "none";
        /// Whether "Xác minh ứng dụng qua QR code" is on.
        "qr_switch" qr_switch: bool, default "off";
    }
}

record! {
    /// The citizens of the load.
    pub struct Citizens ("citizens") {
        /// The state in which they begin; journeys that want more bring it about by themselves.
        "have" have: Have, default "{}";
    }
}

record! {
    /// Officials who scan citizens' QR codes: activated at level 2, each serving many citizens.
    pub struct Officials ("officials") {
        /// How many.
        "count" count: Whole<1, 100_000>, default "20";
    }
}

record! {
    /// Police officers at counters of the built-in twin; a stranger's are named by its profile.
    pub struct Officers ("officers") {
        /// How many.
        "count" count: Whole<1, 10_000>, default "8";
    }
}

record! {
    /// Who takes part.
    pub struct People ("people", check somebody) {
        /// The provinces of residence that people are taken from.
        "from" from: Vec<Province>, required;
        /// The citizens of the load.
        "citizens" citizens: Citizens, default "{}";
        /// The officials.
        "officials" officials: Officials, default "{}";
        /// The police officers.
        "officers" officers: Officers, default "{}";
        /// Which people are taken.
        "choose" choose: Choose, default "fresh";
    }
}

fn somebody(people: &People, fields: &Fields<'_>, findings: &mut Findings) {
    if people.from.is_empty() {
        let (what, wanted) = ("`from`", "give at least one province");
        findings.add(&fields.place("from"), Message::Empty { what, wanted });
    }
    let have = &people.citizens.have;
    if have.qr_switch && have.account != Account::Level2 {
        let message = Message::SwitchWithoutLevel2 { account: have.account.as_str() };
        findings.add(&fields.place("citizens"), message);
    }
}

words! {
    /// Where people in the wanted state come from.
    pub enum PreparedBy ("source of prepared people") {
        /// Earlier runs at this target, by the roster.
        Roster "roster",
        /// Stories played before the load.
        Journeys "journeys",
    }
}

record! {
    /// The stories that prepare people.
    pub struct PrepareJourneys ("journeys") {
        /// How many begin each second.
        "rate" rate: Course, default "50/s";
        /// How long the preparation may take; who is not ready then makes the run invalid.
        "within" within: Duration, default "10m";
    }
}

record! {
    /// How people are brought into their state before the load: judged, but in no figure.
    pub struct Prepare ("prepare", check some_source) {
        /// Where they come from, in this order.
        "by" by: Vec<PreparedBy>, default "[roster, journeys]";
        /// The stories.
        "journeys" journeys: PrepareJourneys, default "{}";
    }
}

fn some_source(prepare: &Prepare, fields: &Fields<'_>, findings: &mut Findings) {
    if prepare.by.is_empty() {
        let (what, wanted) = ("`by`", "name `roster`, `journeys` or both");
        findings.add(&fields.place("by"), Message::Empty { what, wanted });
    }
    if prepare.journeys.rate.peak_per_s() <= 0.0 {
        findings.add(&fields.place("journeys"), Message::NoArrivals);
    }
}
