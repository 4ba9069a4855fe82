//! A classifier over one document: it is asked for each word once, however often the word comes, and for a pair of
//! neighbours only if a pair that it knows begins and ends so. What it sums is what [`Classifier::logit`] sums, in the
//! same order.

use crate::lexicon::word;
use crate::text::{Document, Sentence, Token, TokenKind, form, phrase_key};

use super::classifier::{Classifier, Known, Sum};
use super::pattern::{self, FIRST};

/// What a classifier makes of one word.
#[derive(Debug, Clone, Copy)]
struct Word {
    known: Known,
    /// One bit for each of its classes and forms that has a weight, by their place in [`pattern::named`].
    named: u32,
}

/// A classifier that reads the sentences of a document.
#[derive(Debug)]
pub struct Reading<'r, 'a> {
    classifier: &'r Classifier,
    document: &'r Document<'a>,
    /// By number; absent for a word that did not come yet.
    words: Vec<Option<Word>>,
}

impl<'r, 'a> Reading<'r, 'a> {
    #[must_use]
    pub fn new(classifier: &'r Classifier, document: &'r Document<'a>) -> Self {
        Reading { classifier, document, words: document.vocabulary.table(None) }
    }

    /// The logit of a yes for one sentence.
    #[must_use]
    pub fn logit(&mut self, sentence: &Sentence) -> f64 {
        let document = self.document;
        let tokens = document.tokens_of(sentence);
        let numbers = document.vocabulary.of_tokens(sentence.tokens());
        let mut sum = Sum::default();
        let mut before: Option<(u64, bool)> = None;
        let mut words = 0u32;
        for (token, number) in tokens.iter().zip(numbers) {
            let key = pattern::key_of(token);
            let Word { known, mut named } = match token.kind {
                TokenKind::Word => self.word(number.word, token),
                _ => Word { known: self.classifier.word(key), named: 0 },
            };
            sum.add(known.weight);
            match before {
                Some((before, true)) if known.closes => sum.add(self.classifier.weight(phrase_key(before, key))),
                Some(_) => {}
                None => sum.add(self.classifier.weight(phrase_key(FIRST, key))),
            }
            let first = before.is_none();
            before = Some((key, known.opens));
            words += u32::from(token.counts());
            while named != 0 {
                sum.add(self.classifier.named(named.trailing_zeros() as usize));
                named &= named - 1;
            }
            if !first && token.is(form::CAPITALISED) && token.is_word() && !token.has(word::PRONOUN_FIRST) {
                sum.add(self.classifier.weight(pattern::capital(token).key()));
            }
        }
        for cue in document.cues_of(sentence) {
            sum.add(self.classifier.weight(pattern::cue_name(cue.class).key()));
        }
        if let Some(length) = pattern::length(words) {
            sum.add(self.classifier.weight(length.key()));
        }
        self.classifier.logit_of(sum)
    }

    fn word(&mut self, number: u32, token: &Token) -> Word {
        let classifier = self.classifier;
        match self.words.get_mut(number as usize) {
            Some(word) => *word.get_or_insert_with(|| ask(classifier, token)),
            None => ask(classifier, token),
        }
    }
}

fn ask(classifier: &Classifier, token: &Token) -> Word {
    let mut named = 0;
    for (place, _) in pattern::named(token.classes, token.form) {
        named |= u32::from(classifier.named(place).is_some()) << place;
    }
    Word { known: classifier.word(token.key), named }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;
    use crate::classify::{Sample, Task, classifier};

    #[test]
    fn a_sentence_has_the_logit_of_its_sample() {
        let text = "You won’t believe it, but 40 percent of the mayor’s voters said on May 9 that he didn't know. The \
                    council has cut the school budget by $3 million, and the council will cut it again. NATO was asked \
                    why. “We have never voted for it,” Jane Doe told the 2nd meeting; it's the worst ever!";
        let document = Document::read(&Article::from_text(text));
        for task in Task::ALL {
            let mut reading = Reading::new(classifier(task), &document);
            for sentence in &document.sentences {
                let sample = Sample::of(&document, sentence);
                assert_eq!(reading.logit(sentence).to_bits(), classifier(task).logit(&sample).to_bits());
            }
        }
    }
}
