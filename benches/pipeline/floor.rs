//! What Candor is measured against: a bare scan for the lexicon, and the least a scorer could do.

use std::hash::{BuildHasherDefault, Hasher};

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, MatchKind};
use hashbrown::HashSet;

/// The scan of a text for every form of every cue, byte by byte, in one deterministic automaton.
#[derive(Clone)]
pub struct Scan(AhoCorasick);

impl Scan {
    pub fn new() -> Result<Self, BuildError> {
        let forms = candor::lexicon::entries().iter().flat_map(|entry| entry.forms.iter());
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(forms)?;
        Ok(Scan(automaton))
    }

    pub fn patterns(&self) -> usize {
        self.0.patterns_len()
    }

    /// How many forms occur.
    pub fn run(&self, text: &str) -> usize {
        self.0.find_iter(text).count()
    }
}

/// The floor pass: words by an ASCII scanner, the set of distinct words, the set of distinct word 5-grams, and the
/// scan above. It is what a quick program would do for "how many words, how varied, how repetitive, how many cues",
/// and nothing of it is Candor's.
///
/// FROZEN. Candor's speed is reported as a share of this pass in the same run, so that figures from different machines
/// and days can be compared. A faster or slower floor would make all earlier figures meaningless; leave it alone.
pub struct Floor {
    scan: Scan,
    types: HashSet<u64, AsIs>,
    grams: HashSet<u64, AsIs>,
}

/// What one text came to; also keeps the work from being optimised away.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub tokens: usize,
    pub types: usize,
    pub grams: usize,
    pub cues: usize,
}

const GRAM: usize = 5;
const MULTIPLIER: u64 = 0x517C_C1B7_2722_0A95;

impl Floor {
    pub fn new(scan: Scan) -> Self {
        Floor { scan, types: HashSet::default(), grams: HashSet::default() }
    }

    pub fn scan(&self) -> &Scan {
        &self.scan
    }

    pub fn run(&mut self, text: &str) -> Counts {
        self.types.clear();
        self.grams.clear();
        let mut tokens = 0;
        let mut last = [0u64; GRAM];
        let mut word = 0u64;
        let mut inside = false;
        for &byte in text.as_bytes() {
            let folded = FOLD[byte as usize];
            if folded != 0 {
                word = (word.rotate_left(5) ^ u64::from(folded)).wrapping_mul(MULTIPLIER);
                inside = true;
            } else if inside {
                tokens += 1;
                self.count(word, tokens, &mut last);
                word = 0;
                inside = false;
            }
        }
        if inside {
            tokens += 1;
            self.count(word, tokens, &mut last);
        }
        Counts { tokens, types: self.types.len(), grams: self.grams.len(), cues: self.scan.run(text) }
    }

    fn count(&mut self, word: u64, tokens: usize, last: &mut [u64; GRAM]) {
        self.types.insert(mixed(word));
        last.rotate_left(1);
        last[GRAM - 1] = word;
        if tokens >= GRAM {
            let gram = last.iter().fold(0u64, |gram, word| (gram.rotate_left(23) ^ word).wrapping_mul(MULTIPLIER));
            self.grams.insert(mixed(gram));
        }
    }
}

/// Letters, digits and apostrophes in lower case, and every byte above ASCII as it is; 0 for what separates words.
static FOLD: [u8; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let byte = at as u8;
        if byte.is_ascii_alphanumeric() || byte == b'\'' || byte >= 128 {
            table[at] = byte.to_ascii_lowercase();
        }
        at += 1;
    }
    table
};

fn mixed(hash: u64) -> u64 {
    hash ^ (hash >> 32)
}

/// The words are hashed as they are read; the sets take that hash as it is.
#[derive(Default)]
pub struct Ready(u64);

type AsIs = BuildHasherDefault<Ready>;

impl Hasher for Ready {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 << 8) | u64::from(byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
