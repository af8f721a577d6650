//! The order in which messages leave: codes ahead of notices, older ahead of newer.

use std::collections::VecDeque;

use crate::rules::OutboxSms;

/// Messages that wait to be handed out.
#[derive(Debug, Default)]
pub struct Outbox {
    codes: VecDeque<OutboxSms>,
    notices: VecDeque<OutboxSms>,
}

impl Outbox {
    /// Adds a message.
    pub fn push(&mut self, sms: OutboxSms) {
        if sms.is_code() { self.codes.push_back(sms) } else { self.notices.push_back(sms) }
    }
    /// Hands out at most `limit`.
    pub fn take(&mut self, limit: usize) -> Vec<OutboxSms> {
        let codes = limit.min(self.codes.len());
        let notices = (limit - codes).min(self.notices.len());
        self.codes.drain(..codes).chain(self.notices.drain(..notices)).collect()
    }
}
