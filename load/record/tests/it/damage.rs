//! What is cut off, altered or invented is told, and nothing panics.

use proptest::collection::vec;
use proptest::prelude::*;
use songsinh_record::{FORMAT_VERSION, Frame, FrameKind, MAGIC, Reader, RecordError};

use crate::frames;
use crate::round_trip::written;

/// Reads all there is: the frames, and the error at the end if there is one.
fn read(bytes: &[u8]) -> (Vec<Frame>, Option<RecordError>) {
    let mut read = Vec::new();
    let reader = match Reader::new(bytes) {
        Ok(reader) => reader,
        Err(error) => return (read, Some(error)),
    };
    for step in reader {
        match step {
            Ok(frame) => read.push(frame),
            Err(error) => return (read, Some(error)),
        }
    }
    (read, None)
}

fn framed(kind: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_le_bytes();
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&length);
    hasher.update(&[kind]);
    hasher.update(payload);
    [&length, &[kind][..], &hasher.finalize().to_le_bytes(), payload].concat()
}

proptest! {
    #[test]
    fn a_record_cut_anywhere_keeps_what_is_whole(given in vec(frames::frame(), 1..6), share in 0.0..1.0_f64) {
        let bytes = written(&given);
        let cut = (bytes.len() as f64 * share) as usize;
        let (frames, error) = read(&bytes[..cut]);
        prop_assert!(given.starts_with(&frames));
        match error {
            Some(RecordError::Truncated { at }) => prop_assert_eq!(at, cut as u64),
            Some(RecordError::NotARecord) => prop_assert!(cut < MAGIC.len()),
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn any_flipped_byte_is_found(given in vec(frames::frame(), 0..4), share in 0.0..1.0_f64, flip in 1..=255_u8) {
        let mut bytes = written(&given);
        let at = (bytes.len() as f64 * share) as usize;
        bytes[at] ^= flip;
        let (frames, error) = read(&bytes);
        prop_assert!(error.is_some(), "byte {} went unnoticed", at);
        prop_assert!(given.starts_with(&frames));
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in vec(any::<u8>(), 0..512), honest_start in any::<bool>()) {
        let bytes = if honest_start {
            let whole = written(&[]);
            let header_end = 12 + 9 + u32::from_le_bytes(whole[12..16].try_into().unwrap()) as usize;
            [&whole[..header_end], &bytes].concat()
        } else {
            bytes
        };
        prop_assert!(read(&bytes).1.is_some());
    }

    #[test]
    fn an_invented_payload_with_a_fitting_checksum_never_panics(kind in 1..=13_u8, payload in vec(any::<u8>(), 0..256)) {
        let whole = written(&[]);
        let header_end = 12 + 9 + u32::from_le_bytes(whole[12..16].try_into().unwrap()) as usize;
        let bytes = [&whole[..header_end], &framed(kind, &payload)].concat();
        let (frames, _) = read(&bytes);
        let shown = format!("{frames:?}").len();
        prop_assert!(shown < 1 << 20);
    }
}

#[test]
fn errors_name_the_byte() {
    let bytes = written(&[Frame::Note("one".into()), Frame::Note("two".into())]);
    let head = 12 + 9 + u32::from_le_bytes(bytes[12..16].try_into().unwrap()) as usize;

    let mut altered = bytes.clone();
    altered[head + 10] ^= 1;
    let (frames, error) = read(&altered);
    assert_eq!(frames.len(), 0);
    assert_eq!(
        error.unwrap().to_string(),
        format!("damaged at byte {head}: the checksum of a frame of 4 bytes does not fit")
    );

    let surplus = [&bytes[..head], &framed(FrameKind::Note as u8, b"\x01ab")].concat();
    assert!(matches!(read(&surplus).1, Some(RecordError::Surplus { bytes: 1, kind: FrameKind::Note, .. })));

    let unknown = [&bytes[..head], &framed(14, b"")].concat();
    assert!(matches!(read(&unknown).1, Some(RecordError::Kind { kind: 14, .. })));

    let huge = [&bytes[..head], &[0xff; 9]].concat();
    assert!(matches!(read(&huge).1, Some(RecordError::FrameLength { length: u32::MAX, .. })));

    let trailing = [&bytes[..], b"x"].concat();
    assert!(matches!(read(&trailing).1, Some(RecordError::Misplaced { kind: FrameKind::Footer, .. })));

    let twice = [&bytes[..head], &bytes[12..]].concat();
    assert!(matches!(read(&twice).1, Some(RecordError::Misplaced { kind: FrameKind::Header, .. })));

    let note = &bytes[head..head + 13];
    let more = [&bytes[..head], note, &bytes[head..]].concat();
    assert!(matches!(read(&more).1, Some(RecordError::Count { kind: FrameKind::Note, found: 3, said: 2 })));

    let mut version = bytes.clone();
    version[8] = FORMAT_VERSION as u8 + 1;
    assert!(matches!(read(&version).1, Some(RecordError::Version { found }) if found == FORMAT_VERSION + 1));
}
