//! Which journeys people make, and how often.

use super::Edges;
use crate::catalogue::{Journey, Need, Twist};
use crate::file::Script;
use crate::message::Message;
use crate::read::{Fields, Findings, Read, one_or_many, record};
use crate::units::{Amount, TimeRange};
use crate::yaml::Node;
use schemars::{Schema, SchemaGenerator, json_schema};

/// Ranges of times; one stands for a list of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delays(pub Vec<TimeRange>);

impl Read for Delays {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        one_or_many(node, findings).map(Self)
    }
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let one = TimeRange::schema(generator);
        json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
    }
}

record! {
    /// One line of the mix.
    pub struct Entry ("an entry of the mix", check fits) {
        /// Its share, relative to the other entries.
        "share" share: Amount, required;
        /// What people set out to do; say this or a script.
        "journey" journey: Journey, default "reached";
        /// The story step by step, instead of a journey.
        "script" script: Option<Script>, optional;
        /// A mistake or an attack on the way; none: the honest journey.
        "twist" twist: Option<Twist>, optional;
        /// The same as `twist`, for attacks: say one of both.
        "attack" attack: Option<Twist>, optional;
        /// How long after a QR was made the official scans it: one of these ranges, drawn anew each time.
        "scan_after" scan_after: Delays, default "[]";
        /// How this story aims at its edge, instead of the scenario's `edges`.
        "edges" edges: Option<Edges>, optional;
    }
}

impl Entry {
    /// The mistake or attack.
    #[must_use]
    pub fn twist(&self) -> Option<Twist> {
        self.twist.or(self.attack)
    }
    /// Whom it needs as its main citizen.
    #[must_use]
    pub fn need(&self) -> Need {
        self.twist().map_or(self.journey.need(), Twist::need)
    }
    /// How many further people it needs.
    #[must_use]
    pub fn further(&self) -> u8 {
        self.twist().map_or(0, Twist::further)
    }
    /// `journey` or `journey/twist`.
    #[must_use]
    pub fn label(&self) -> String {
        match self.twist() {
            None if self.script.is_some() => "script".to_owned(),
            None => self.journey.to_string(),
            Some(twist) => format!("{}/{twist}", self.journey),
        }
    }
}

fn fits(entry: &Entry, fields: &Fields<'_>, findings: &mut Findings) {
    if entry.script.is_none() && fields.node("journey").is_none() {
        findings.add(&fields.place("share"), Message::NoStory);
    }
    if entry.script.is_some()
        && let Some(node) = ["journey", "twist", "attack"].into_iter().find_map(|key| fields.node(key))
    {
        findings.add(&node.place, Message::JourneyAndScript);
    }
    if entry.twist.is_some() && entry.attack.is_some() {
        findings.add(&fields.place("attack"), Message::TwistAndAttack);
    }
    if !entry.scan_after.0.is_empty() && entry.journey != Journey::VerifyQr {
        findings.add(&fields.place("scan_after"), Message::ScanOfNothing { journey: entry.journey.as_str() });
    }
    if entry.edges.is_some() && !entry.twist().is_some_and(Twist::aims) {
        let aiming = Twist::ALL.iter().filter(|twist| twist.aims()).map(|twist| twist.as_str()).collect();
        findings.add(&fields.key_place("edges"), Message::NoEdge { entry: entry.label(), aiming });
    }
    if let Some(twist) = entry.twist()
        && twist.journey() != entry.journey
    {
        let (its, journey) = (twist.journey().as_str(), entry.journey.as_str());
        let message = Message::TwistOfOtherJourney { twist: twist.to_string(), journey, its };
        let key = if entry.twist.is_some() { "twist" } else { "attack" };
        findings.add(&fields.place(key), message);
    }
}
