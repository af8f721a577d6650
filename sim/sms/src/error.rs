//! What can go wrong at the gateway: a setting, a submission, the door itself.

use std::time::Duration;

use songsinh_contract::{Carrier, PhoneNumber};

/// Why the gateway cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum SmsError {
    /// A setting out of its range.
    #[error("the SMS gateway's setting {setting} is {value}; it must be {wanted}")]
    Setting {
        /// Its name.
        setting: &'static str,
        /// What was given.
        value: String,
        /// What is allowed.
        wanted: &'static str,
    },
    /// The listening socket failed.
    #[error("the SMS gateway's door failed: {0}")]
    Door(#[from] std::io::Error),
}

/// Why a message was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// The account sends faster than its contract allows.
    #[error("more messages a second than the account may send; try again in {} ms", retry_after.as_millis())]
    Throttled {
        /// When the next one will be taken.
        retry_after: Duration,
    },
    /// The carrier's queue is full.
    #[error("the queue of carrier {carrier:?} is full; try again in {} ms", retry_after.as_millis())]
    QueueFull {
        /// Whose queue.
        carrier: Carrier,
        /// When its head leaves at the earliest.
        retry_after: Duration,
    },
    /// Too many messages are on their way.
    #[error("too many messages are on their way; try again in {} ms", retry_after.as_millis())]
    NetworkFull {
        /// A guess.
        retry_after: Duration,
    },
    /// No carrier has this number's range.
    #[error("{0} is not a mobile number of Viet Nam")]
    BadNumber(PhoneNumber),
    /// Nothing to send.
    #[error("the text is empty")]
    EmptyText,
    /// More parts than a phone joins.
    #[error("the text takes {parts} parts; at most {limit} are sent")]
    TooLong {
        /// Parts it would take.
        parts: usize,
        /// Parts allowed.
        limit: usize,
    },
    /// More different recipients than the gateway remembers.
    #[error("the gateway remembers {limit} recipients and this would be one more; raise limits.phones")]
    TooManyPhones {
        /// The limit.
        limit: usize,
    },
    /// The idempotency key came before with another message.
    #[error("the idempotency key was used for another message")]
    KeyReused,
}

impl Rejected {
    /// After how long the same submission may be tried again; none if it never helps.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Throttled { retry_after }
            | Self::QueueFull { retry_after, .. }
            | Self::NetworkFull { retry_after } => Some(*retry_after),
            _ => None,
        }
    }
}
