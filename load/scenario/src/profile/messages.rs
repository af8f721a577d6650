//! The target's text messages: what each is for, and where the code stands in it.

use regex::Regex;
use schemars::{Schema, SchemaGenerator, json_schema};
use songsinh_contract::SmsPurpose;

use crate::message::Message;
use crate::read::{Fields, Findings, Read, record, text_of};
use crate::words::words;
use crate::yaml::Node;

/// A regular expression that fits some message.
#[derive(Debug, Clone)]
pub struct Pattern(Regex);

impl Pattern {
    /// The compiled expression.
    #[must_use]
    pub fn regex(&self) -> &Regex {
        &self.0
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl Read for Pattern {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let text = text_of(node, "a pattern", findings)?;
        match regex::RegexBuilder::new(text).size_limit(1 << 20).build() {
            Ok(regex) => Some(Self(regex)),
            Err(error) => {
                let text = error.to_string();
                let why = text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                findings.add(&node.place, Message::BadRegex { why });
                None
            }
        }
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "regex" })
    }
}

record! {
    /// How a message is recognised.
    pub struct MessagePattern ("a message", check has_code) {
        /// What it is for.
        "purpose" purpose: SmsPurpose, required;
        /// A regular expression; of a code message it names the digits: `(?<code>\d{6})`.
        "text" text: Pattern, required;
    }
}

fn has_code(message: &MessagePattern, fields: &Fields<'_>, findings: &mut Findings) {
    let purpose = match message.purpose {
        SmsPurpose::Register => "register",
        SmsPurpose::Activate => "activate",
        SmsPurpose::Reset => "reset",
        SmsPurpose::Approved | SmsPurpose::Rejected => return,
    };
    if !message.text.regex().capture_names().flatten().any(|name| name == "code") {
        findings.add(&fields.place("text"), Message::NoCodeGroup { purpose });
    }
}

words! {
    /// Through which door of the gateway the target sends.
    pub enum SmsDoor ("door of the SMS gateway") {
        /// The neutral JSON door.
        Http "http",
    }
}

record! {
    /// The target's text messages.
    pub struct TargetSms ("sms") {
        /// Through which door they come.
        "door" door: SmsDoor, default "http";
        /// What each text is; the first that fits. What fits none is listed in the report.
        "messages" messages: Vec<MessagePattern>, required;
    }
}
