//! The document: one article cut into blocks, sentences, tokens, quotations and cues.

use crate::article::Article;
use crate::lexicon::{CueClass, lexicon};
use crate::report::Field;

use super::block::{self, Block, BlockKind};
use super::case;
use super::cue::{self, Cue};
use super::quote::{self, Quote, QuoteFault};
use super::sentence::{self, Sentence};
use super::span::ByteSpan;
use super::token::{self, Scanned, Token, form, tokenise};
use super::vocabulary::Vocabulary;

/// An article's headline, from its own field or from the first line of the text.
#[derive(Debug, Clone)]
pub struct Headline {
    pub field: Field,
    pub span: ByteSpan,
    pub tokens: Vec<Token>,
    /// Indices in them are of these tokens.
    pub cues: Vec<Cue>,
}

/// One article, read once. Ranges are indices into the vectors here; spans are bytes of the text as sent.
#[derive(Debug)]
pub struct Document<'a> {
    pub article: Article<'a>,
    pub tokens: Vec<Token>,
    /// In order of their first token; cues of different classes may overlap.
    pub cues: Vec<Cue>,
    pub blocks: Vec<Block>,
    /// Of all blocks, in order.
    pub sentences: Vec<Sentence>,
    pub quotes: Vec<Quote>,
    pub quote_faults: Vec<QuoteFault>,
    pub headline: Option<Headline>,
    pub vocabulary: Vocabulary,
    /// Written all in capitals or all in small letters.
    pub caseless: bool,
    /// Tags of HTML that were left in the text.
    pub tags: u32,
}

impl<'a> Document<'a> {
    /// Reads an article.
    #[must_use]
    pub fn read(article: &Article<'a>) -> Self {
        let text = article.text;
        let Scanned { mut tokens, tags } = token::scan(text);
        let caseless = case::is_lost(&mut tokens);
        let vocabulary = Vocabulary::of(&tokens);
        let mut words = cue::Words::new(lexicon(), &vocabulary);
        let mut blocks = block::split(text, &tokens);
        let mut cues = Vec::with_capacity(tokens.len() / 8);
        let mut sentences = Vec::with_capacity(tokens.len() / 16);
        let mut quotes = quote::Quotes::default();
        for (index, block) in blocks.iter_mut().enumerate() {
            cue::annotate(&mut words, &mut tokens, block.tokens(), &mut cues);
            quotes.pair(text, &mut tokens, block.tokens(), index as u32);
            let first = sentences.len() as u32;
            sentence::split(&tokens, block.tokens(), index as u32, &mut sentences);
            block.set_sentences(first, sentences.len() as u32);
        }
        let (quotes, quote_faults) = quotes.finish(&mut tokens);
        cue::assign(&cues, &mut sentences);
        cue::keep_in_context(&tokens, &mut cues, &mut sentences);
        let title = title_of(article);
        let headline_block = block::classify(title.as_ref(), &tokens, &cues, &mut sentences, &mut blocks);
        let headline = title.or_else(|| {
            let block = blocks.get(headline_block?)?;
            Some(Headline::new(Field::Text, block.span, tokens.get(block.tokens())?.to_vec()))
        });
        Document {
            article: *article,
            tokens,
            cues,
            blocks,
            sentences,
            quotes,
            quote_faults,
            headline,
            vocabulary,
            caseless,
            tags,
        }
    }

    /// The tokens of a sentence.
    #[must_use]
    pub fn tokens_of(&self, sentence: &Sentence) -> &[Token] {
        self.tokens.get(sentence.tokens()).unwrap_or_default()
    }

    /// The cues that begin in a sentence.
    #[must_use]
    pub fn cues_of(&self, sentence: &Sentence) -> &[Cue] {
        self.cues.get(sentence.cues()).unwrap_or_default()
    }

    /// The sentences that rates are made of: body blocks, boilerplate left out. With their indices.
    pub fn body(&self) -> impl Iterator<Item = (usize, &Sentence)> {
        self.sentences.iter().enumerate().filter(|(_, sentence)| sentence.body)
    }

    /// The span of a run of tokens.
    #[must_use]
    pub fn span_of(&self, first: usize, end: usize) -> ByteSpan {
        match (self.tokens.get(first), end.checked_sub(1).and_then(|last| self.tokens.get(last))) {
            (Some(first), Some(last)) => ByteSpan::new(first.start, last.end),
            _ => ByteSpan::default(),
        }
    }

    /// The span of a cue.
    #[must_use]
    pub fn cue_span(&self, cue: &Cue) -> ByteSpan {
        self.span_of(cue.first as usize, cue.end as usize)
    }

    /// True if the token stands inside a quotation.
    #[must_use]
    pub fn is_quoted(&self, token: usize) -> bool {
        self.tokens.get(token).is_some_and(|token| token.is(form::QUOTED))
    }

    /// True if any block is of this kind.
    #[must_use]
    pub fn has_block(&self, kind: BlockKind) -> bool {
        self.blocks.iter().any(|block| block.kind == kind)
    }

    /// True if the sentence has an own-voice cue of the class.
    #[must_use]
    pub fn has_cue(&self, sentence: &Sentence, class: CueClass) -> bool {
        self.cues_of(sentence).iter().any(|cue| cue.class == class && !self.is_quoted(cue.first as usize))
    }
}

impl Headline {
    fn new(field: Field, span: ByteSpan, mut tokens: Vec<Token>) -> Self {
        let mut cues = Vec::new();
        let all = 0..tokens.len();
        let vocabulary = Vocabulary::of(&tokens);
        cue::annotate(&mut cue::Words::new(lexicon(), &vocabulary), &mut tokens, all, &mut cues);
        Headline { field, span, tokens, cues }
    }
}

fn title_of(article: &Article<'_>) -> Option<Headline> {
    let tokens = tokenise(article.title);
    if !tokens.iter().any(Token::is_word) {
        return None;
    }
    let span = match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => ByteSpan::new(first.start, last.end),
        _ => return None,
    };
    Some(Headline::new(Field::Title, span, tokens))
}
