//! The app's QR with real keys: made, read, checked, forged, and checked by a library of another language.
#![cfg(test)]

mod app_qr;
mod peer;
