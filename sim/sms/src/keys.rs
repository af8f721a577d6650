//! Idempotency keys: which submission each one stood for.
//!
//! Invariant: a key is forgotten only when `limit` newer ones came. Keys and messages are kept as digests.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;
use songsinh_contract::Digest;

use crate::{Accepted, Submit};

pub(crate) enum Known {
    Never,
    Same(Accepted),
    Other,
}

pub(crate) struct Keys {
    limit: usize,
    order: VecDeque<Digest>,
    known: FxHashMap<Digest, (Digest, Accepted)>,
}

impl Keys {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, order: VecDeque::new(), known: FxHashMap::default() }
    }

    pub(crate) fn look(&self, key: Digest, body: Digest) -> Known {
        match self.known.get(&key) {
            None => Known::Never,
            Some((same, accepted)) if *same == body => Known::Same(*accepted),
            Some(_) => Known::Other,
        }
    }

    pub(crate) fn remember(&mut self, key: Digest, body: Digest, accepted: Accepted) {
        if self.order.len() == self.limit
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        self.order.push_back(key);
        self.known.insert(key, (body, accepted));
    }
}

/// What makes two submissions the same.
pub(crate) fn body_digest(submit: &Submit) -> Digest {
    let validity_ms = submit.validity.map_or(u128::MAX, |span| span.as_millis());
    Digest::of(format!("{}\0{}\0{}\0{validity_ms}", submit.from, submit.to, submit.text).as_bytes())
}
