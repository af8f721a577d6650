//! What is done around each request by an arm that works on the wire client alone. A new arm is a type with [`Arm`], a
//! name in [`KNOWN`] and a line in `drive::drive`. The arm `whole` lies above the wire client and stands in `whole`.

use std::cell::RefCell;
use std::rc::Rc;

use hdrhistogram::Histogram;
use songsinh_wire::{Exchange, ResponseView};

/// All arms.
pub const KNOWN: [&str; 2] = ["plain", "whole"];

/// One connection's worth of work: renders requests, looks at answers, keeps what was seen.
pub trait Arm: 'static {
    /// The bytes of the next request.
    fn request(&mut self) -> &[u8];
    /// Looks at an answer while it is lent; false if it is not as expected.
    fn answered(&self, answer: ResponseView<'_>) -> bool;
    /// Keeps what an exchange took.
    fn observed(&mut self, exchange: &Exchange<bool>);
}

/// Latencies in nanoseconds, up to a minute, to three digits.
pub type Latencies = Rc<RefCell<Histogram<u64>>>;

/// Sends the same bytes each time, checks the status, counts the latency: what wrk does, and a check.
pub struct Plain {
    pub request: Rc<[u8]>,
    pub latencies: Latencies,
}

impl Arm for Plain {
    fn request(&mut self) -> &[u8] {
        &self.request
    }
    fn answered(&self, answer: ResponseView<'_>) -> bool {
        answer.status == 200
    }
    fn observed(&mut self, exchange: &Exchange<bool>) {
        let span = exchange.done.since(exchange.sent);
        self.latencies.borrow_mut().saturating_record(span.as_nanos() as u64);
    }
}
