//! Repetition: how much each sentence adds to those before it, and what is said again.
//!
//! Everything is windowed: whole-article novelty falls with length and would measure length.

use hashbrown::HashMap;

use crate::lexicon::word;
use crate::report::{Field, Place, Voice};
use crate::text::{BlockKind, ByteSpan, Document, Original, Sentence, Token, TokenKind, form, phrase_key};

use super::facts::Facts;
use super::margin::Margin;

/// Sentences that novelty looks back, and of the stretches over which its mean is taken.
pub const NOVELTY_WINDOW: u32 = 12;
/// Sentences that paraphrase looks back; the bits of a mask.
const PARAPHRASE_WINDOW: u32 = 64;
/// A sentence whose content words stand in an earlier sentence to this share repeats it.
const PARAPHRASE_CONTAINMENT: f64 = 0.6;
/// Fewer content words than this repeat nothing.
const PARAPHRASE_MIN_STEMS: u32 = 5;
/// Words that repeated trigrams look back.
const NGRAM_WINDOW: u32 = 300;
const NGRAM: usize = 3;

/// What repeats in the body.
#[derive(Debug, Default)]
pub struct Repetition {
    /// One for each sentence: share of content stems not seen in the window before; absent for the
    /// first body sentence, for sentences without content words, and outside the body.
    pub novelty: Vec<Option<f64>>,
    /// Mean share of content stems that no sentence before has in the same stretch of [`NOVELTY_WINDOW`] body sentences,
    /// the first of each stretch left out: were every sentence compared with the window before it, short texts, whose
    /// windows are not full, would have the higher mean.
    pub mean_novelty: Option<f64>,
    pub novelty_sentences: u32,
    /// One for each sentence: an earlier sentence with at least the given share of its stems.
    pub repeats: Vec<Option<u32>>,
    pub paraphrases: u32,
    /// Body words covered by a trigram that occurred in the window before or occurs again in it.
    pub repeated_ngram_words: u32,
    pub ngram_words: u32,
}

/// When a stem was last seen, and in which of the sentences of the window.
#[derive(Clone, Copy, Default)]
struct Seen {
    sentence: u32,
    /// Bit i: seen i sentences before `sentence`.
    mask: u64,
}

/// Finds repetition.
#[must_use]
pub fn detect(document: &Document<'_>, facts: &Facts, margin: &mut Margin) -> Repetition {
    let count = document.sentences.len();
    let mut repetition = Repetition { novelty: vec![None; count], repeats: vec![None; count], ..Repetition::default() };
    let mut stems = document.vocabulary.table(Seen { sentence: u32::MAX, mask: 0 });
    let mut order: Vec<u32> = Vec::with_capacity(count);
    // What denies does not say again what affirms.
    let mut denials: Vec<bool> = Vec::with_capacity(count);
    // Sentences of which it was said that they come again.
    let mut told = vec![false; count];
    let mut sum = 0.0;
    for (index, sentence) in document.body() {
        let now = order.len() as u32;
        order.push(index as u32);
        let tokens = document.tokens_of(sentence);
        let numbers = document.vocabulary.of_tokens(sentence.tokens());
        let mut total = 0u32;
        let denies = sentence.shown.has(word::NEGATION);
        denials.push(denies);
        let mut shared = Shared::default();
        // A figure or a name that was not told before is news among the same words.
        let mut brings_news = facts.sentences.get(index).is_some_and(|own| own.new_names > 0);
        let mut new = 0u32;
        let mut new_in_stretch = 0u32;
        let stretch = now - now % NOVELTY_WINDOW;
        for (token, number) in tokens.iter().zip(numbers).filter(|(token, _)| is_content(token)) {
            let Some(seen) = stems.get_mut(number.stem as usize).filter(|seen| seen.sentence != now) else {
                continue;
            };
            total += 1;
            let distance = now.wrapping_sub(seen.sentence);
            let fresh = seen.sentence == u32::MAX || distance > NOVELTY_WINDOW;
            new += u32::from(fresh);
            brings_news |= fresh && token.kind == TokenKind::Number;
            new_in_stretch += u32::from(seen.sentence == u32::MAX || seen.sentence < stretch);
            if seen.sentence != u32::MAX && distance < PARAPHRASE_WINDOW {
                let mask = seen.mask << distance;
                seen.mask = mask | 1;
                shared.add(mask);
            } else {
                seen.mask = 1;
            }
            seen.sentence = now;
        }
        if now == 0 || total == 0 {
            continue;
        }
        let novelty = f64::from(new) / f64::from(total);
        if let Some(slot) = repetition.novelty.get_mut(index) {
            *slot = Some(novelty);
        }
        if now > stretch {
            sum += f64::from(new_in_stretch) / f64::from(total);
            repetition.novelty_sentences += 1;
        }
        // Who is quoted at length may say a thing twice: the writer chose it, and did not say it.
        let voice = voice_of(facts, index);
        let nearest = shared.most();
        if novelty < 0.35 && total >= PARAPHRASE_MIN_STEMS {
            let earlier = nearest
                .and_then(|(back, _)| order.get((now as usize).checked_sub(back)?))
                .and_then(|&earlier| document.sentences.get(earlier as usize));
            margin.mark_pair(
                "windowed_sentence_novelty",
                in_text(sentence.span),
                earlier.map(|earlier| in_text(earlier.span)),
                voice,
                if voice == Voice::Own { 0.4 * (1.0 - novelty) } else { 0.0 },
                "Adds little that the sentences before it did not say.",
            );
        }
        if let Some((back, common)) = nearest
            && total >= PARAPHRASE_MIN_STEMS
            && f64::from(common) >= PARAPHRASE_CONTAINMENT * f64::from(total)
            && let Some(at) = (now as usize).checked_sub(back)
            && denials.get(at) == Some(&denies)
            && !brings_news
            && let Some(&earlier) = order.get(at)
        {
            repetition.paraphrases += 1;
            if let Some(slot) = repetition.repeats.get_mut(index) {
                *slot = Some(earlier);
            }
            let number = at + 1;
            let Some(before) = document.sentences.get(earlier as usize) else {
                continue;
            };
            margin.mark_pair(
                "paraphrase_repeat_ratio",
                in_text(sentence.span),
                Some(in_text(before.span)),
                voice,
                if voice == Voice::Own { 0.5 } else { 0.0 },
                format!("Says again what sentence {number} said: {common} of its {total} content words stand there."),
            );
            if let Some(told) = told.get_mut(earlier as usize)
                && !std::mem::replace(told, true)
            {
                margin.mark_pair(
                    "paraphrase_repeat_ratio",
                    in_text(before.span),
                    Some(in_text(sentence.span)),
                    voice_of(facts, earlier as usize),
                    0.1,
                    "A later sentence says this again.",
                );
            }
        }
    }
    if repetition.novelty_sentences > 0 {
        repetition.mean_novelty = Some(sum / f64::from(repetition.novelty_sentences));
    }
    trigrams(document, &mut repetition, margin);
    mark_duplicates(document, margin);
    repetition
}

fn in_text(span: ByteSpan) -> Place {
    Place { field: Field::Text, span }
}

/// Marks the blocks that repeat an earlier one, or the title.
fn mark_duplicates(document: &Document<'_>, margin: &mut Margin) {
    for block in document.blocks.iter().filter(|block| block.kind == BlockKind::Duplicate) {
        let original = match block.original {
            Some(Original::Block(index)) => document.blocks.get(index as usize).map(|block| in_text(block.span)),
            Some(Original::Title) => {
                document.headline.as_ref().map(|title| Place { field: title.field, span: title.span })
            }
            None => None,
        };
        margin.mark_pair(
            "duplicate_block_ratio",
            in_text(block.span),
            original,
            Voice::Own,
            0.1,
            "The same words stand above: they are counted once.",
        );
    }
}

/// A word that carries content: no function word, no single letter.
#[must_use]
pub fn is_content(token: &Token) -> bool {
    token.counts() && !token.has(word::STOP) && (token.end - token.start > 2 || !token.is_word())
}

fn voice_of(facts: &Facts, sentence: usize) -> Voice {
    if facts.sentences.get(sentence).is_some_and(|facts| facts.quoted) { Voice::Quoted } else { Voice::Own }
}

/// How many stems a sentence shares with each of those before it: 64 counters, of which each number here holds one bit,
/// lowest first, so that a stem is added to all of them at once.
#[derive(Default)]
struct Shared {
    bits: [u64; MAX_BITS],
    /// How many of them are in use.
    used: usize,
}

/// No sentence has as many stems as this many bits can count.
const MAX_BITS: usize = 16;

impl Shared {
    /// Adds one to the counters of the sentences in a mask.
    fn add(&mut self, mask: u64) {
        let (mut carry, mut at) = (mask, 0);
        while carry != 0
            && let Some(bits) = self.bits.get_mut(at)
        {
            (*bits, carry) = (*bits ^ carry, *bits & carry);
            at += 1;
        }
        self.used = self.used.max(at);
    }

    /// How far back the sentence with the most shared stems lies, and how many it shares. The nearest wins a tie.
    fn most(&self) -> Option<(usize, u32)> {
        // Position 0 is the sentence itself.
        let (mut places, mut count) = (u64::MAX << 1, 0);
        for bits in self.bits.get(..self.used)?.iter().rev() {
            let among = places & bits;
            count = count * 2 + u32::from(among != 0);
            places = if among != 0 { among } else { places };
        }
        (count > 0).then_some((places.trailing_zeros() as usize, count))
    }
}

/// Trigrams with a content word that come again within the window. Names repeat for good reasons and
/// do not count.
fn trigrams(document: &Document<'_>, repetition: &mut Repetition, margin: &mut Margin) {
    let words = document.tokens.len();
    let mut last: HashMap<u64, Seat> = HashMap::with_capacity(words / 8);
    // One for each word, and no fewer: whether a repeated trigram covers it.
    let mut covered = vec![false; words];
    let mut position = 0u32;
    let mut run: Option<Run> = None;
    for (_, sentence) in document.body() {
        let (tokens, first) = (document.tokens_of(sentence), sentence.tokens().start);
        let numbers = document.vocabulary.of_tokens(sentence.tokens());
        // Words in a row that come again: what has a word that stands once in the text does not.
        let mut again = 0;
        for (at, (token, number)) in tokens.iter().zip(numbers).enumerate() {
            if !token.counts() {
                again = 0;
                continue;
            }
            position += 1;
            again = if document.vocabulary.times(number.word) > 1 { again + 1 } else { 0 };
            if again < NGRAM {
                continue;
            }
            let begin = at + 1 - NGRAM;
            let gram = tokens.get(begin..=at).unwrap_or_default();
            if !gram.iter().any(is_content) || gram.iter().all(may_name) {
                continue;
            }
            let key = gram.iter().fold(0, |key, token| phrase_key(key, token.key));
            let here = Seat { position, first: (first + begin) as u32, last: (first + at) as u32 };
            if let Some(earlier) = last.insert(key, here)
                && position - earlier.position <= NGRAM_WINDOW
                && position - earlier.position >= NGRAM as u32
            {
                cover(&mut covered, position);
                cover(&mut covered, earlier.position);
                run = Some(extend(document, run, here, earlier, margin));
            }
        }
    }
    if let Some(run) = run {
        run.mark(document, margin);
    }
    repetition.ngram_words = position;
    repetition.repeated_ngram_words = covered.iter().filter(|covered| **covered).count() as u32;
}

/// May be part of a name: a capital, a function word, a number.
fn may_name(token: &Token) -> bool {
    token.is(form::CAPITALISED) || token.has(word::STOP) || !token.is_word()
}

fn cover(covered: &mut [bool], end: u32) {
    let end = end as usize;
    for slot in covered.get_mut(end.saturating_sub(NGRAM)..end).unwrap_or_default() {
        *slot = true;
    }
}

/// Where a trigram stands: the number of its last word, and its tokens.
#[derive(Clone, Copy)]
struct Seat {
    position: u32,
    first: u32,
    last: u32,
}

/// A stretch of words, by its tokens, that stood earlier in the same order.
struct Run {
    first: u32,
    last: u32,
    earlier_first: u32,
    earlier_last: u32,
}

/// Repeated stretches shorter than this many words are covered but not worth a mark.
const MARKED_RUN_WORDS: usize = 4;

impl Run {
    fn mark(&self, document: &Document<'_>, margin: &mut Margin) {
        let words = document.tokens.get(self.first as usize..=self.last as usize).unwrap_or_default();
        if words.iter().filter(|token| token.counts()).count() < MARKED_RUN_WORDS {
            return;
        }
        let here = in_text(document.span_of(self.first as usize, self.last as usize + 1));
        let there = in_text(document.span_of(self.earlier_first as usize, self.earlier_last as usize + 1));
        let voice = |at: u32| if document.is_quoted(at as usize) { Voice::Quoted } else { Voice::Own };
        let paragraph = document.blocks.partition_point(|block| block.tokens().start <= self.earlier_first as usize);
        margin.mark_pair(
            "repeated_ngram_ratio",
            here,
            Some(there),
            voice(self.first),
            0.2,
            format!("The same words stand earlier, in paragraph {paragraph}."),
        );
        margin.mark_pair(
            "repeated_ngram_ratio",
            there,
            Some(here),
            voice(self.earlier_first),
            0.1,
            "The same words come again.",
        );
    }
}

fn extend(document: &Document<'_>, run: Option<Run>, here: Seat, earlier: Seat, margin: &mut Margin) -> Run {
    let begun = Run { first: here.first, last: here.last, earlier_first: earlier.first, earlier_last: earlier.last };
    match run {
        // The next trigram of the same stretch begins a word later in both places.
        Some(mut run)
            if here.first <= run.last + 1 && (run.earlier_first..=run.earlier_last).contains(&earlier.first) =>
        {
            run.last = here.last;
            run.earlier_last = run.earlier_last.max(earlier.last);
            run
        }
        Some(run) => {
            run.mark(document, margin);
            begun
        }
        None => begun,
    }
}

/// The content stems of a sentence, for comparing it with another.
#[must_use]
pub fn stems_of(document: &Document<'_>, sentence: &Sentence) -> Vec<u64> {
    let mut stems: Vec<u64> =
        document.tokens_of(sentence).iter().filter(|token| is_content(token)).map(|token| token.stem).collect();
    stems.sort_unstable();
    stems.dedup();
    stems
}
