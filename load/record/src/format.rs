//! The layout of the file. Numbers are little-endian.
//!
//! ```text
//! file   = "SONGSINH" version:u32 frame*
//! frame  = length:u32 kind:u8 crc:u32 payload        crc = CRC-32 of length, kind and payload
//! ```
//!
//! The payload is the frame's content in postcard's encoding. The first frame is the header, the last one the footer;
//! a file without a footer is a run that did not end.

use crate::RecordError;

/// The first eight bytes of a record.
pub const MAGIC: [u8; 8] = *b"SONGSINH";
/// The version of the layout and of the frames' contents. A reader takes this one and no other.
pub const FORMAT_VERSION: u32 = 2;
/// Bytes in front of a payload: length, kind, checksum.
pub const FRAME_HEAD_BYTES: usize = 9;
/// The largest payload of one frame: 1 MiB.
pub const MAX_PAYLOAD_BYTES: usize = 1 << 20;

/// The checksum over length, kind and payload.
pub(crate) fn checksum(length: u32, kind: u8, payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&length.to_le_bytes());
    hasher.update(&[kind]);
    hasher.update(payload);
    hasher.finalize()
}

/// A frame's head, taken apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    pub(crate) length: u32,
    pub(crate) kind: u8,
    pub(crate) crc: u32,
}

impl Head {
    /// Reads the nine bytes that stand at `at` in the file.
    pub(crate) fn read(bytes: [u8; FRAME_HEAD_BYTES], at: u64) -> Result<Self, RecordError> {
        let [a, b, c, d, kind, e, f, g, h] = bytes;
        let length = u32::from_le_bytes([a, b, c, d]);
        if length as usize > MAX_PAYLOAD_BYTES {
            return Err(RecordError::FrameLength { at, length });
        }
        Ok(Self { length, kind, crc: u32::from_le_bytes([e, f, g, h]) })
    }
}
