//! One worker's tool: from the bytes of a file to its digest.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::stats::Meter;
use crate::walk::Source;

/// Large enough to make system calls rare, small enough to stay in the core's cache between reading
/// and hashing.
const BUFFER: usize = 128 * 1024;

pub(crate) type Digest = [u8; 32];

/// Hashes one source after the other through one buffer.
pub(crate) struct Hasher<'a> {
    buffer: Box<[u8]>,
    meter: &'a Meter,
}

impl<'a> Hasher<'a> {
    pub(crate) fn new(meter: &'a Meter) -> Self {
        Self { buffer: vec![0; BUFFER].into(), meter }
    }

    /// The digest of what can be read from `source`.
    pub(crate) fn digest(&mut self, source: &Source, name: &Path) -> io::Result<Digest> {
        match source {
            Source::Stdin => self.digest_all(io::stdin().lock()),
            Source::File => self.digest_all(File::open(name)?),
        }
    }

    fn digest_all(&mut self, mut input: impl Read) -> io::Result<Digest> {
        let mut sha = Sha256::new();
        loop {
            match input.read(&mut self.buffer) {
                Ok(0) => {
                    self.meter.add_file();
                    return Ok(sha.finalize().into());
                }
                Ok(count) => {
                    sha.update(&self.buffer[..count]);
                    self.meter.add_bytes(count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(digest: Digest) -> String {
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn digests_are_those_of_the_standard() {
        let meter = Meter::default();
        let mut hasher = Hasher::new(&meter);
        let mut digest = |bytes: &[u8]| hex(hasher.digest_all(bytes).unwrap());

        // The examples of FIPS 180-2, and its million of letters, which fills the buffer many
        // times.
        assert_eq!(digest(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(digest(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(
            digest(&[b'a'; 1_000_000]),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        );
        assert_eq!(meter.bytes(), 1_000_003);
    }
}
