//! One carrier's queue: first in, first out, so many parts a second.
//!
//! Invariant: messages leave in the order in which they were accepted, none before it was accepted, none while the
//! carrier is down, and never faster than the bucket allows.

use std::collections::VecDeque;
use std::sync::Arc;

use songsinh_contract::{Carrier, Moment};

use crate::bucket::Bucket;
use crate::{CarrierSetting, LaneState, Message, NetworkConfig, Profile};

/// A message in the queue, and the how-manieth it is to its recipient.
pub(crate) struct Queued {
    pub(crate) message: Arc<Message>,
    pub(crate) nth: u32,
}

pub(crate) struct Lane {
    pub(crate) state: LaneState,
    pub(crate) profile: Profile,
    pub(crate) loss: f64,
    bucket: Bucket,
    resumed: Moment,
    queue: VecDeque<Queued>,
}

impl Lane {
    pub(crate) fn new(config: &NetworkConfig, carrier: Carrier) -> Self {
        let CarrierSetting { state, profile, parts_per_s, loss } = config.carrier(carrier);
        Self {
            state,
            profile: profile.unwrap_or(config.profile),
            loss: loss.unwrap_or(config.loss),
            bucket: Bucket::new(parts_per_s.unwrap_or(config.parts_per_s), config.burst_parts),
            resumed: Moment(0),
            queue: VecDeque::new(),
        }
    }

    /// Other settings from `now` on; the queue and what was taken from the bucket stay.
    pub(crate) fn change(&mut self, config: &NetworkConfig, carrier: Carrier, now: Moment) {
        let next = Self::new(config, carrier);
        if self.state == LaneState::Down && next.state != LaneState::Down {
            self.resumed = now;
        }
        let rate = config.carrier(carrier).parts_per_s.unwrap_or(config.parts_per_s);
        let bucket = self.bucket.with_rate(rate, config.burst_parts);
        let queue = std::mem::take(&mut self.queue);
        *self = Self { bucket, queue, resumed: self.resumed, ..next };
    }

    pub(crate) fn len(&self) -> usize {
        self.queue.len()
    }

    pub(crate) fn push(&mut self, message: Queued) {
        self.queue.push_back(message);
    }

    /// When the head of the queue leaves; none if it is empty or the carrier down.
    pub(crate) fn leaves_at(&self) -> Option<Moment> {
        let head = self.queue.front().filter(|_| self.state != LaneState::Down)?;
        Some(head.message.accepted.max(self.resumed).max(self.bucket.ready_at()))
    }

    /// Takes the head if it leaves at `now` or before.
    pub(crate) fn leave(&mut self, now: Moment) -> Option<(Moment, Queued)> {
        let at = self.leaves_at().filter(|at| *at <= now)?;
        let head = self.queue.pop_front()?;
        self.bucket.take(at, head.message.parts);
        Some((at, head))
    }
}
