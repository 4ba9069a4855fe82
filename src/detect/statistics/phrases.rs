//! Phrases that come again, found without looking at most of those that do not.
//!
//! A phrase comes again only where its beginning does. So a commonest phrase is looked for among places where all its
//! words, and the phrase without its last word, came again; and long phrases are compared only at places whose first
//! bytes stand somewhere else, too. In news that is a small part of all places.

use hashbrown::HashSet;
use hashbrown::hash_map::{Entry, HashMap};

use super::lines::length;

/// The words of a text in a row.
pub(super) struct Phrases<'w> {
    words: &'w [&'w str],
    /// Characters of all words before each word, and before the end.
    chars: Vec<usize>,
}

/// The number of what does not come again.
const ONCE: u32 = u32::MAX;

impl<'w> Phrases<'w> {
    pub(super) fn new(words: &'w [&'w str]) -> Self {
        let mut chars = Vec::with_capacity(words.len() + 1);
        let mut sum = 0;
        chars.push(sum);
        for word in words {
            sum += length(word);
            chars.push(sum);
        }
        Phrases { words, chars }
    }

    /// Characters of the `n` words from word `at` on.
    fn chars(&self, at: usize, n: usize) -> usize {
        match (self.chars.get(at), self.chars.get(at + n)) {
            (Some(first), Some(end)) => end - first,
            _ => 0,
        }
    }

    /// For each of the lengths 2, 3 ... `N` + 1 in words: characters of the commonest phrase, its words joined by
    /// blanks, times its count; of equally common ones, the first. Absent where the text has fewer words.
    pub(super) fn tops<const N: usize>(&self) -> [Option<usize>; N] {
        let words = self.numbered();
        // The number of the phrase at each place, one word long at first.
        let mut phrases = words.clone();
        let mut n = 1;
        [(); N].map(|()| {
            n += 1;
            if self.words.len() < n {
                return None;
            }
            let count = self.words.len() + 1 - n;
            let last = words.get(n - 1..).unwrap_or_default();
            let pairs = phrases.iter().zip(last).map(|(&phrase, &word)| {
                (phrase != ONCE && word != ONCE).then(|| u64::from(phrase) << 32 | u64::from(word))
            });
            let (numbers, most) = number(pairs);
            phrases = numbers;
            debug_assert_eq!(phrases.len(), count);
            // Where none comes again, all are equally common.
            let (times, first) = most.unwrap_or((1, 0));
            Some(times as usize * (self.chars(first, n) + n - 1))
        })
    }

    /// The same number for the same word; [`ONCE`] for a word that does not come again.
    fn numbered(&self) -> Vec<u32> {
        number(self.words.iter().map(|word| Some(*word))).0
    }

    /// For each of the lengths, in words: characters of phrases, their words joined by nothing, that stood earlier.
    /// After one, the scan goes on behind it.
    pub(super) fn duplicated<const N: usize>(&self, lengths: [usize; N]) -> [usize; N] {
        let glued = Glued::new(self.words);
        let places = glued.places_that_come_again(lengths.iter().copied().min().unwrap_or(1));
        lengths.map(|n| {
            let mut seen = HashSet::with_capacity(places.len());
            let (mut from, mut repeated) = (0, 0);
            for &at in places.iter().map_while(|at| (*at as usize + n <= self.words.len()).then_some(at)) {
                let at = at as usize;
                if at >= from
                    && let Some(phrase) = glued.phrase(at, n)
                    && !seen.insert(phrase)
                {
                    repeated += self.chars(at, n);
                    from = at + n;
                }
            }
            repeated
        })
    }
}

/// Numbers what comes again in the order in which it first came, and gives [`ONCE`] to the rest and to what is absent.
/// With it, how often the commonest came and where it first did; of equally common ones, the first. Absent if nothing
/// comes again.
fn number<K: std::hash::Hash + Eq>(keys: impl ExactSizeIterator<Item = Option<K>>) -> (Vec<u32>, Option<(u32, usize)>) {
    let mut numbers = Vec::with_capacity(keys.len());
    let mut known: HashMap<K, u32> = HashMap::with_capacity(keys.len() / 2);
    // Of each number, how often it came and where first.
    let mut counts: Vec<(u32, u32)> = Vec::with_capacity(keys.len() / 2);
    for (at, key) in keys.enumerate() {
        let Some(key) = key else {
            numbers.push(ONCE);
            continue;
        };
        match known.entry(key) {
            Entry::Occupied(before) => {
                let number = *before.get();
                numbers.push(number);
                if let Some((count, _)) = counts.get_mut(number as usize) {
                    *count += 1;
                }
            }
            Entry::Vacant(new) => {
                let number = counts.len() as u32;
                new.insert(number);
                numbers.push(number);
                counts.push((1, at as u32));
            }
        }
    }
    let mut most: Option<(u32, usize)> = None;
    for &(count, first) in &counts {
        if count > most.map_or(1, |(most, _)| most) {
            most = Some((count, first as usize));
        }
        if count == 1
            && let Some(number) = numbers.get_mut(first as usize)
        {
            *number = ONCE;
        }
    }
    (numbers, most)
}

/// Words joined by nothing, so that a phrase is a slice and costs no allocation.
struct Glued {
    text: String,
    /// Where each word begins, and where the last ends.
    starts: Vec<usize>,
}

/// Bytes of a beginning that must come again: two times eight.
const BEGINNING: usize = 16;

impl Glued {
    fn new(words: &[&str]) -> Self {
        let mut text = String::with_capacity(words.iter().map(|word| word.len()).sum());
        let mut starts = Vec::with_capacity(words.len() + 1);
        for word in words {
            starts.push(text.len());
            text.push_str(word);
        }
        starts.push(text.len());
        Glued { text, starts }
    }

    fn phrase(&self, at: usize, n: usize) -> Option<&str> {
        self.text.get(*self.starts.get(at)?..*self.starts.get(at + n)?)
    }

    /// The places, in order, at which a phrase of at least `least` words may begin that stands elsewhere, too: the
    /// bytes of its beginning come again, or it is shorter than such a beginning. Some may be named that do not come
    /// again; none is left out that does.
    fn places_that_come_again(&self, least: usize) -> Vec<u32> {
        // One bit for each value of a hash of the beginning: came once, came twice. Two beginnings may share a bit.
        let bits = (self.starts.len() * 32).next_power_of_two().max(64);
        let mut once = vec![0_u64; bits / 64];
        let mut twice = vec![0_u64; bits / 64];
        let hash = |start: usize| {
            let (first, rest) = self.text.as_bytes().get(start..)?.split_first_chunk::<8>()?;
            let second = rest.first_chunk::<8>()?;
            let mixed = u64::from_le_bytes(*first).wrapping_mul(0x9E37_79B9_7F4A_7C15)
                ^ u64::from_le_bytes(*second).wrapping_mul(0xD6E8_FEB8_6659_FD93);
            Some(((mixed ^ (mixed >> 32)).wrapping_mul(0xC2B2_AE3D_27D4_EB4F) >> 32) as usize & (bits - 1))
        };
        let hashes: Vec<Option<usize>> = self.starts.iter().map(|&start| hash(start)).collect();
        for hash in hashes.iter().flatten() {
            let bit = 1 << (hash % 64);
            if let (Some(once), Some(twice)) = (once.get_mut(hash / 64), twice.get_mut(hash / 64)) {
                *twice |= *once & bit;
                *once |= bit;
            }
        }
        let short = |at: usize| match (self.starts.get(at), self.starts.get(at + least)) {
            (Some(start), Some(end)) => end - start < BEGINNING,
            _ => false,
        };
        let again = |hash: usize| twice.get(hash / 64).is_some_and(|twice| twice & 1 << (hash % 64) != 0);
        let places = hashes.iter().enumerate().filter(|(at, hash)| hash.is_some_and(again) || short(*at));
        places.map(|(at, _)| at as u32).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glued_words_are_one_phrase_where_their_letters_are() {
        let words = ["ab", "c", "a", "bc"];
        assert_eq!(Phrases::new(&words).duplicated([2]), [3]);
        assert_eq!(Phrases::new(&words).tops(), [Some(4)]);
    }

    /// What the shortcuts must come to, by comparing everything with everything.
    fn by_hand(words: &[&str], n: usize) -> (Option<usize>, usize) {
        let chars = |phrase: &str| phrase.chars().count();
        let phrases: Vec<String> = words.windows(n).map(|phrase| phrase.join(" ")).collect();
        let mut best: Option<(usize, usize)> = None;
        for phrase in &phrases {
            let count = phrases.iter().filter(|other| *other == phrase).count();
            if best.is_none_or(|(most, _)| count > most) {
                best = Some((count, chars(phrase)));
            }
        }
        let glued: Vec<String> = words.windows(n).map(|phrase| phrase.concat()).collect();
        let (mut seen, mut at, mut repeated) = (Vec::new(), 0, 0);
        while let Some(phrase) = glued.get(at) {
            if seen.contains(&phrase) {
                repeated += chars(phrase);
                at += n;
            } else {
                seen.push(phrase);
                at += 1;
            }
        }
        (best.map(|(count, chars)| count * chars), repeated)
    }

    #[test]
    fn the_shortcuts_change_nothing() {
        let text = "a rose is a rose is a rose, the old mill by the river burned down and the old mill by the river \
                    closed; é é é é é é é é é é é a b c d e f a b c d e f ab cd ef ab c d e f the old mill by the river";
        let words: Vec<&str> = text.split(' ').collect();
        for end in 0..words.len() {
            let words = &words[..end];
            let phrases = Phrases::new(words);
            let hand: Vec<_> = (2..=10).map(|n| by_hand(words, n)).collect();
            let tops: [_; 3] = phrases.tops();
            assert_eq!(tops[..], hand[..3].iter().map(|(top, _)| *top).collect::<Vec<_>>()[..], "{words:?}");
            let repeated = phrases.duplicated([5, 6, 7, 8, 9, 10]);
            assert_eq!(repeated[..], hand[3..].iter().map(|(_, again)| *again).collect::<Vec<_>>()[..], "{words:?}");
        }
    }
}
