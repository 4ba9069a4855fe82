//! Whether a text is told as news is told.
//!
//! News says who says so, in whose words and when; it speaks of others and does not judge. A text that lacks several of
//! these habits is prose of another kind: talk, a letter, advice, an encyclopedia. Its words are never asked.

use super::artifact::Model;
use crate::features::{FEATURES, FeatureVector, Measurement};

/// A habit is missing where at most this share of the reference articles has less of it.
const RARE: f64 = 0.04;
/// So many missing habits make a text unlike news: a diary of a reporter or a list of advice lacks one or two.
const MARKS: usize = 3;

/// What a habit of news looks like where it is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    /// A value as low as hardly any of the reference.
    Low,
    /// A value as high as hardly any of the reference.
    High,
    /// Nothing that the feature could be measured on.
    Nothing,
}

/// Each by the feature that shows it. Whether sources have names is not asked: a poor article leaves them out, and is news.
const HABITS: [(&str, Missing); 6] = [
    ("attributed_sentence_ratio", Missing::Low),
    ("quoted_word_ratio", Missing::Low),
    ("unanchored_time_ratio", Missing::Nothing),
    ("first_person_rate", Missing::High),
    ("reader_address_rate", Missing::High),
    ("opinion_sentence_ratio", Missing::High),
];

impl Model {
    /// Whether at least three of six habits of news are missing, each to a degree that at most one in twenty-five reference
    /// articles reaches: sources, quotations, expressions of time, and a voice without "I", "you" and opinions.
    #[must_use]
    pub fn is_out_of_distribution(&self, vector: &FeatureVector) -> bool {
        let missing = HABITS.iter().filter(|(id, how)| {
            let index = FEATURES.iter().position(|feature| feature.id == *id);
            index.is_some_and(|index| vector.as_slice().get(index).is_some_and(|seen| self.lacks(index, *how, seen)))
        });
        missing.count() >= MARKS
    }

    fn lacks(&self, index: usize, how: Missing, seen: &Measurement) -> bool {
        let rank = || Some(self.resolved.quantiles(index)?.rank(seen.value()?));
        match how {
            Missing::Low => rank().is_some_and(|rank| rank.upto <= RARE),
            Missing::High => rank().is_some_and(|rank| rank.below >= 1.0 - RARE),
            Missing::Nothing => seen.exposure() == 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;
    use crate::detect::Analysis;
    use crate::model::synthetic;

    fn fires(text: &str) -> bool {
        let model = Model::embedded().unwrap();
        model.is_out_of_distribution(&FeatureVector::measure(&Analysis::of(&Article::from_text(text))))
    }

    const TALK: &str = "I think we have done this the wrong way for years, and you know it. You ask me what I would do. \
        Well, I would begin with the schools, because our schools are a disgrace. We must do better than that. You cannot \
        tell me that we have no money for it. I have seen the books, and I tell you that we have. Do you want more of the \
        same? I do not. I believe that our people are good people, and they want to work. So let us go to work!";
    const ADVICE: &str = "You should never cut the stem below the second bud. If you do, the plant will be weak, and you \
        will see few flowers. Use a sharp knife. I clean mine with spirit before I begin. You can put the cut end in water \
        or in wet sand, and I find that sand is better. Do not let it dry out. When you see roots, you can plant it in a \
        pot of its own. Put it where it has light but no sun. Good luck, and tell us how it went.";
    const LEXICON: &str = "The tower bell is a large bronze bell with a thick wall. It is cast in one piece and hung from a \
        beam of oak. The clapper is made of iron and strikes the lower edge. The pitch of a bell depends on its width and \
        on the thickness of its wall. Small bells have a high pitch, and large bells have a low one. The sound has several \
        partial tones, of which the lowest is called the hum. Bells of this form are found in many churches and town halls.";
    const NEWS: &str = "The council of Marin voted on Tuesday to close the old mill, Mayor Ann Vale said. The firm that owns \
        it said in a statement that 40 people would lose their work. \"We have waited nine years for this,\" said Carl Moss, \
        who leads the union. A report by the county found lead in the river in March. Joan Reed, who has worked there since \
        1988, said that she would miss the noise. The land will be sold by May, the clerk said.";
    const BRIEF: &str = "A lorry ran into a bridge near Olow on Friday morning and blocked the road for three hours. \
        Nobody was hurt. The driver had taken a wrong turn in the fog. The bridge was built in 1954 and was hit by a lorry \
        last year as well. A crane lifted the lorry off the rails at noon. Trains to Marin ran late until the evening. The \
        road was opened again at one o'clock. Engineers will look at the bridge on Monday.";

    #[test]
    fn talk_advice_and_lexicon_are_unlike_news() {
        for text in [TALK, ADVICE, LEXICON] {
            assert!(fires(text), "{text:.40}");
        }
    }

    #[test]
    fn news_with_few_of_its_habits_is_news() {
        assert!(!fires(NEWS));
        assert!(!fires(BRIEF), "a brief without sources and quotations says when");
        let witness = format!("{NEWS} I saw the last shift leave. We stood at the gate, and I heard no one speak.");
        assert!(!fires(&witness), "a reporter who was there");
        let service =
            format!("{NEWS} You can read the report at the town hall. If you wish to speak, you must sign up.");
        assert!(!fires(&service), "a story that tells readers what to do");
        let poor = "The dispute over the valley has entered a new phase, according to a source. The pause marks a turning \
            point in the history of the project. It remains to be seen how the dispute will unfold in the coming weeks. It is \
            essential for all sides to come together now. The meeting will be an opportunity to restore trust. Officials must \
            act, and they must act now. The future of the valley is at stake, as it always was.";
        assert!(!fires(poor), "poor news is news");
        assert!(!fires(""));
    }

    #[test]
    fn three_habits_of_six_must_be_missing() {
        let model = synthetic::model();
        let lacking = |count: usize| {
            let mut measurements = synthetic::unseen().as_slice().to_vec();
            for (place, (id, how)) in HABITS.iter().enumerate() {
                let index = FEATURES.iter().position(|feature| feature.id == *id).unwrap();
                let far = if *how == Missing::Low { -1e9 } else { 1e9 };
                let knots = &model.resolved.quantiles(index).unwrap().values;
                measurements[index] = match (place < count, how) {
                    (true, Missing::Nothing) => Measurement::not_applicable(0),
                    (true, _) => Measurement::over(far, 20, 5),
                    (false, _) => Measurement::over(knots[knots.len() / 2], 20, 5),
                };
            }
            model.is_out_of_distribution(&FeatureVector::from_measurements(measurements).unwrap())
        };
        assert_eq!([0, 1, 2, 3, 6].map(lacking), [false, false, false, true, true]);
        assert!(!model.is_out_of_distribution(&synthetic::unseen()), "nothing measured is one missing habit");
    }
}
