//! The phone in a hand: its facts, its clock's error, its key.
//!
//! Invariant: the device id stays with the installation's home; the key changes with every reinstall.

use std::fmt;
use std::sync::Arc;

use songsinh_contract::{
    Caller, Clock, DeviceId, Digest, Os, PhoneFacts, PhoneNumber, ProofShown, Signer, Token, UnixMillis,
};

use crate::{DeviceKey, MacSigner};

/// What phones sign with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// P-256, as real phones do ([`DeviceKey`]).
    Ecdsa,
    /// A keyed MAC, for the twin in virtual time ([`MacSigner`]).
    Mac,
}

/// Where device keys come from: the run's seed and the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keys {
    /// The run's seed.
    pub seed: u64,
    /// The kind.
    pub kind: KeyKind,
}

impl Keys {
    /// The key of a device; `generation` counts the app's installations from 0.
    #[must_use]
    pub fn signer(self, device: DeviceId, generation: u32) -> Arc<dyn Signer> {
        match self.kind {
            KeyKind::Ecdsa => Arc::new(DeviceKey::new(self.seed, device, generation)),
            KeyKind::Mac => Arc::new(MacSigner::new(self.seed, device, generation)),
        }
    }
}

/// A phone with the app on it.
#[derive(Clone)]
pub struct Phone {
    /// The number in it.
    pub number: PhoneNumber,
    /// The installation's identifier.
    pub device: DeviceId,
    /// What runs on it.
    pub os: Os,
    /// Whether it reads chips.
    pub nfc: bool,
    /// How far its clock is ahead of the true time, in milliseconds; negative when it is behind.
    pub clock_error_ms: i64,
    pub(crate) keys: Keys,
    generation: u32,
    signer: Arc<dyn Signer>,
}

impl Phone {
    /// A phone of these facts, its app freshly installed.
    #[must_use]
    pub fn new(keys: Keys, device: DeviceId, facts: &PhoneFacts, clock_error_ms: i64) -> Self {
        Self {
            number: facts.number,
            device,
            os: facts.os,
            nfc: facts.nfc,
            clock_error_ms,
            keys,
            generation: 0,
            signer: keys.signer(device, 0),
        }
    }

    /// The time that this phone believes in.
    #[must_use]
    pub fn unix<C: Clock>(&self, clock: &C) -> UnixMillis {
        UnixMillis(clock.unix().0.saturating_add(self.clock_error_ms))
    }

    /// The device key.
    #[must_use]
    pub fn signer(&self) -> &Arc<dyn Signer> {
        &self.signer
    }

    /// How often the app was installed anew.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// Removes the app and installs it again: the same device id, a new key.
    pub fn reinstall(&mut self) {
        self.generation += 1;
        self.signer = self.keys.signer(self.device, self.generation);
    }

    /// This phone as the caller of a request. With [`ProofShown::Missing`] no key goes along, and none is made; a
    /// [`ProofShown::Foreign`] proof needs another phone's key: see [`Phone::caller_with`].
    #[must_use]
    pub fn caller(&self, session: Option<Token>, proof: ProofShown) -> Caller {
        match proof {
            ProofShown::Missing => Caller { device: self.device, session, proof, key: Digest(0), signer: None },
            _ => self.caller_with(session, proof, self.signer.clone()),
        }
    }

    /// This phone as the caller of a request that another key signs.
    #[must_use]
    pub fn caller_with(&self, session: Option<Token>, proof: ProofShown, signer: Arc<dyn Signer>) -> Caller {
        let key = Digest::of(signer.thumbprint().as_bytes());
        Caller { device: self.device, session, proof, key, signer: Some(signer) }
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Phone")
            .field("number", &self.number)
            .field("device", &self.device)
            .field("os", &self.os)
            .field("nfc", &self.nfc)
            .field("clock_error_ms", &self.clock_error_ms)
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use songsinh_contract::Carrier;

    fn phone(kind: KeyKind) -> Phone {
        let facts = PhoneFacts {
            number: "0912345678".parse().unwrap(),
            carrier: Carrier::Vinaphone,
            os: Os::Android,
            nfc: false,
            shared: false,
        };
        Phone::new(Keys { seed: 3, kind }, DeviceId(4), &facts, -1500)
    }

    #[test]
    fn a_reinstall_keeps_the_device_and_changes_the_key() {
        for kind in [KeyKind::Ecdsa, KeyKind::Mac] {
            let mut phone = phone(kind);
            let before = phone.caller(None, ProofShown::Own);
            phone.reinstall();
            let after = phone.caller(None, ProofShown::Own);
            assert_eq!(before.device, after.device);
            assert_ne!(before.key, after.key);
            assert_eq!(after.key, Digest::of(phone.signer().thumbprint().as_bytes()));
            let missing = phone.caller(None, ProofShown::Missing);
            assert!(missing.signer.is_none() && missing.key == Digest(0));
        }
    }

    #[test]
    fn a_phones_clock_may_be_wrong() {
        #[derive(Clone)]
        struct Still;
        impl Clock for Still {
            fn now(&self) -> songsinh_contract::Moment {
                songsinh_contract::Moment(0)
            }
            fn unix(&self) -> UnixMillis {
                UnixMillis(10_000)
            }
            async fn sleep_until(&self, _due: songsinh_contract::Moment) {}
        }
        assert_eq!(phone(KeyKind::Mac).unix(&Still), UnixMillis(8500));
    }
}
