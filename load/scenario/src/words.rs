//! Declares types that are one word of a list: the type, how it is read, how it is written, its schema.

/// `pub enum Name ("what it is") { /// doc Variant "word", … }`
macro_rules! words {
    (
        $(#[doc = $doc:literal])*
        pub enum $name:ident ($what:literal) { $( $(#[doc = $variant_doc:literal])+ $variant:ident $word:literal, )+ }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( $(#[doc = $variant_doc])+ $variant, )+ }

        impl $name {
            /// Every one, in the order of the declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The word in files and reports.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
            /// The one of that word.
            #[must_use]
            pub fn named(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl $crate::read::Read for $name {
            fn read(node: &$crate::yaml::Node, findings: &mut $crate::read::Findings) -> Option<Self> {
                $crate::read::word_of(node, $what, &[$(($word, Self::$variant)),+], findings)
            }
            fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let words: &[&str] = &[$($word),+];
                schemars::json_schema!({ "enum": words })
            }
        }
    };
}
pub(crate) use words;

/// Words that the contract declares: read by its own lists.
macro_rules! contract_words {
    ($($type:ty, $what:literal, $all:expr;)+) => { $(
        impl $crate::read::Read for $type {
            fn read(node: &$crate::yaml::Node, findings: &mut $crate::read::Findings) -> Option<Self> {
                let words: Vec<(&'static str, Self)> = $all;
                $crate::read::word_of(node, $what, &words, findings)
            }
            fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let words: Vec<(&'static str, Self)> = $all;
                let words: Vec<&'static str> = words.into_iter().map(|(word, _)| word).collect();
                schemars::json_schema!({ "enum": words })
            }
        }
    )+ };
}

use songsinh_contract::{
    Activation, Application, BillKind, Carrier, DeviceInUse, Level, OperationName, PaperKind, QrReplay, Reason,
    ResendPolicy, Rule, RulebookName, SmsPurpose,
};

contract_words! {
    RulebookName, "rulebook", RulebookName::ALL.iter().map(|&one| (one.as_str(), one)).collect();
    Rule, "rule", Rule::ALL.iter().map(|&one| (one.slug(), one)).collect();
    Reason, "reason", Reason::ALL.iter().map(|&one| (one.as_str(), one)).collect();
    OperationName, "operation", OperationName::ALL.iter().map(|&one| (one.as_str(), one)).collect();
    ResendPolicy, "way to resend a code",
        vec![("newest-only", ResendPolicy::NewestOnly), ("same-code", ResendPolicy::SameCode)];
    DeviceInUse, "way to treat a device in use",
        vec![("refuse", DeviceInUse::Refuse), ("transfer", DeviceInUse::Transfer)];
    QrReplay, "way to treat a second scan",
        vec![("once", QrReplay::Once), ("allowed-while-live", QrReplay::AllowedWhileLive)];
    Carrier, "carrier", Carrier::ALL.iter().map(|&one| (carrier_word(one), one)).collect();
    SmsPurpose, "purpose of a message", vec![
        ("register", SmsPurpose::Register), ("activate", SmsPurpose::Activate),
        ("reset", SmsPurpose::Reset), ("approved", SmsPurpose::Approved), ("rejected", SmsPurpose::Rejected),
    ];
    PaperKind, "kind of paper", PaperKind::ALL.iter().map(|&one| (one.as_str(), one)).collect();
    BillKind, "kind of bill", BillKind::ALL.iter().map(|&one| (one.as_str(), one)).collect();
    Level, "level", vec![("none", Level::None), ("app", Level::App), ("one", Level::One), ("two", Level::Two)];
    Application, "state of an application", vec![
        ("none", Application::None), ("pending", Application::Pending),
        ("approved", Application::Approved), ("rejected", Application::Rejected),
    ];
    Activation, "state of activation", vec![
        ("none", Activation::None), ("notified", Activation::Notified), ("activated", Activation::Activated),
    ];
}

/// The word for a carrier.
pub(crate) fn carrier_word(carrier: Carrier) -> &'static str {
    match carrier {
        Carrier::Viettel => "viettel",
        Carrier::Vinaphone => "vinaphone",
        Carrier::Mobifone => "mobifone",
        Carrier::Vietnamobile => "vietnamobile",
        Carrier::Gmobile => "gmobile",
        Carrier::Itel => "itel",
        Carrier::Wintel => "wintel",
    }
}
