//! Composes news articles for the bench: the same ones on every machine, of our own words, with about the length,
//! vocabulary, punctuation and repetition of news copy.

/// A small generator of pseudo-random numbers (SplitMix64).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }
}

const GIVEN: &str = "Anna Peter Maria John Elena David Sarah Marek Laura James Nadia Omar Ruth Viktor Grace Henry \
    Ingrid Paul Leila Thomas Karen Joseph Amina Robert Clara Samuel Irene Michael Yusuf Helen Andrew Rosa Daniel José \
    Zoë André Chloë";
const SURNAME_HEAD: &str = "Ash Bar Black Brad Cald Carl Dal Dun East Ell Fair Far Gold Grand Hal Hart Hol Kirk Lang \
    Lin Mar Mel Nor Oak Pem Rad Ros Sand Sher Stan Thorn Wal Wes Whit Win Yard";
const SURNAME_TAIL: &str = "berg bridge brook by cott dale den field ford gate grave ham hurst land ley low man mere \
    more ner rick sen shaw sky son stein ton vic wall ward well wick wood worth";
const TOWN_TAIL: &str = "borough bury chester cliffe haven heath holm mouth pool port side stead stone stow vale water";
const TOPIC: &str = "school hospital bridge railway budget harbour library airport power-plant stadium market reservoir \
    housing hospital-wing bus-network water-supply tax-rate farm-subsidy data-centre landfill police-station nursery \
    coastline tram-line teacher-shortage rent-cap flood-defence clinic census refinery cycling-route theatre";
const ACTION: &str = "expansion closure repair sale merger inspection renovation redesign demolition privatisation \
    relocation delay review audit shutdown reopening upgrade transfer purchase restoration";
const NOUN: &str = "road winter contract neighbourhood committee parking engineer volunteer account season harvest \
    factory driver document promise roof employer passenger garden river mistake tunnel customer nurse pupil teacher \
    queue signal invoice crane hedge pipeline village pension auction kitchen poster ferry tenant landlord orchard \
    quarry warehouse laptop brick fence bakery museum choir lorry timber meadow sewer pavement playground cottage \
    chimney battery turbine permit licence ballot petition leaflet shelter corridor elevator staircase platform \
    ticket uniform whistle ledger receipt balance deposit mortgage salary dividend surplus shortage inventory supplier \
    courier parcel envelope stamp archive manuscript portrait sculpture gallery rehearsal orchestra audience curtain";
const ADJECTIVE: &str = "local national recent early costly narrow public private rural urban northern southern \
    temporary permanent final joint annual quarterly independent municipal regional broken wooden electric older \
    younger quiet crowded modest steep shallow empty official internal external technical legal medical social";
const VERB_PAST: &str = "opened closed moved ordered bought sold rejected approved delayed measured repaired replaced \
    counted visited inspected funded painted cleaned blocked flooded emptied leased extended shortened postponed \
    cancelled crossed followed carried loaded stored shipped planted mapped tested";
const SAID: &str = "said said said said told reporters|added|warned|argued|noted|explained|announced|confirmed|claimed \
    |insisted|acknowledged|estimated|stressed|suggested";
const ROLE: &str = "a spokeswoman for the council|the mayor|chief engineer of the project|a professor of economics|a \
    resident of the area|head of the teachers' union|deputy minister of transport|the county's finance director|a \
    nurse at the clinic|chair of the planning board|an analyst with the regional bank|the fire chief|a retired judge";
const MONTH: &str = "January February March April May June July August September October November December";
const WEEKDAY: &str = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday";
const HEDGED: &str = "could|may|might|is likely to|appears to|is expected to|would probably|seems set to";
const RESULT: &str = "cost more than planned|take two years longer|help small firms|lead to longer journeys|raise \
    rents in the centre|save money by the end of the decade|leave older people without a bus|bring new jobs to the \
    valley|make the old road safer|be challenged in court|draw visitors in summer|change how the city is heated";
const QUOTED: &str = "We were told in the spring that this would be finished, and it is not|Nobody asked the people who \
    live here what they need|The numbers are what they are, and we have to work with them|I have driven this route for \
    eleven years and I have never seen it so bad|There is no plan to raise the price again before next year|If the \
    roof had been repaired in time, none of this would have happened|We will publish the full report once the lawyers \
    have read it|It’s a difficult decision, but we think it’s the right one|You can’t run a hospital on promises";
const BACKGROUND: &str = "The figures were first published in|The dispute began in|The building dates from|A similar \
    plan failed in|The contract was signed in|The last inspection took place in|Work was to have been completed in";
const VAGUE: &str = "Critics say the plan goes too far.|Some experts believe the worst is over.|Concerns have been \
    raised across the region.|It is widely believed that prices will rise.|Clearly, something must be done.|The move \
    marks a pivotal moment for the whole community.|Observers note that time is running out.";

struct Words {
    given: Vec<&'static str>,
    head: Vec<&'static str>,
    tail: Vec<&'static str>,
    town_tail: Vec<&'static str>,
    topic: Vec<&'static str>,
    action: Vec<&'static str>,
    noun: Vec<&'static str>,
    adjective: Vec<&'static str>,
    past: Vec<&'static str>,
    said: Vec<&'static str>,
    role: Vec<String>,
    month: Vec<&'static str>,
    weekday: Vec<&'static str>,
    hedged: Vec<&'static str>,
    result: Vec<String>,
    quoted: Vec<String>,
    background: Vec<String>,
    vague: Vec<String>,
}

fn split(list: &'static str) -> Vec<&'static str> {
    list.split_whitespace().collect()
}

/// Phrases, with the line breaks of the source folded away.
fn phrases(list: &str) -> Vec<String> {
    list.split('|').map(|phrase| phrase.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

impl Words {
    fn new() -> Self {
        Words {
            given: split(GIVEN),
            head: split(SURNAME_HEAD),
            tail: split(SURNAME_TAIL),
            town_tail: split(TOWN_TAIL),
            topic: split(TOPIC),
            action: split(ACTION),
            noun: split(NOUN),
            adjective: split(ADJECTIVE),
            past: split(VERB_PAST),
            said: SAID.split(['|', ' ']).filter(|verb| !verb.is_empty() && *verb != "reporters").collect(),
            role: phrases(ROLE),
            month: split(MONTH),
            weekday: split(WEEKDAY),
            hedged: HEDGED.split('|').collect(),
            result: phrases(RESULT),
            quoted: phrases(QUOTED),
            background: phrases(BACKGROUND),
            vague: phrases(VAGUE),
        }
    }
}

/// Writes articles one after another.
pub struct Newsroom {
    words: Words,
    random: Random,
}

/// Who and what one article is about; they come back through it, as in real copy.
struct Story {
    people: Vec<(String, String)>,
    town: String,
    topic: String,
    action: &'static str,
}

impl Newsroom {
    pub fn new(seed: u64) -> Self {
        Newsroom { words: Words::new(), random: Random::new(seed) }
    }

    /// An article of at least `bytes` bytes, ended with its paragraph.
    pub fn article(&mut self, bytes: usize) -> String {
        let story = self.story();
        let mut text = format!("{} faces questions over {} {}\n\n", story.town, story.topic, story.action);
        while text.len() < bytes {
            let sentences = 1 + self.random.below(4);
            for at in 0..sentences {
                if at > 0 {
                    text.push(' ');
                }
                let sentence = self.sentence(&story);
                text.push_str(&sentence);
            }
            text.push_str("\n\n");
        }
        text
    }

    fn surname(&mut self) -> String {
        format!("{}{}", self.random.pick(&self.words.head), self.random.pick(&self.words.tail))
    }

    fn story(&mut self) -> Story {
        let people = (0..4)
            .map(|_| {
                let given = self.random.pick(&self.words.given);
                (given.to_owned(), self.surname())
            })
            .collect();
        let town = format!("{}{}", self.random.pick(&self.words.head), self.random.pick(&self.words.town_tail));
        let topic = self.random.pick(&self.words.topic).replace('-', " ");
        Story { people, town, topic, action: self.random.pick(&self.words.action) }
    }

    fn phrase(&mut self) -> String {
        let (adjective, noun) = (self.random.pick(&self.words.adjective), self.random.pick(&self.words.noun));
        match self.random.below(4) {
            0 => format!("the {noun}"),
            1 => format!("the {adjective} {noun}"),
            2 => format!("{adjective} {noun}s"),
            _ => format!("the {adjective} {noun} of {} {noun}s", 2 + self.random.below(900)),
        }
    }

    fn clause(&mut self, story: &Story) -> String {
        let (first, second) = (self.phrase(), self.phrase());
        let verb = self.random.pick(&self.words.past);
        match self.random.below(4) {
            0 => format!("{first} near {} was {verb} before {second}", story.town),
            1 => format!("workers {verb} {first} and left {second} for later"),
            2 => format!("the {} of the {} had {verb} {first}", story.action, story.topic),
            _ => format!("{first} was never {verb}, and neither was {second}"),
        }
    }

    fn date(&mut self) -> String {
        let (month, day) = (self.random.pick(&self.words.month), 1 + self.random.below(28));
        match self.random.below(3) {
            0 => format!("on {month} {day}"),
            1 => format!("on {}", self.random.pick(&self.words.weekday)),
            _ => format!("in {month} {}", 1990 + self.random.below(35)),
        }
    }

    fn sentence(&mut self, story: &Story) -> String {
        let (given, surname) = &story.people[self.random.below(story.people.len())];
        let clause = self.clause(story);
        let said = self.random.pick(&self.words.said);
        let date = self.date();
        let number = 2 + self.random.below(9_000);
        match self.random.below(12) {
            0 => {
                let role = &self.words.role[self.random.below(self.words.role.len())];
                format!("{given} {surname}, {role}, {said} {date} that {clause}.")
            }
            1 | 2 => {
                let quoted = &self.words.quoted[self.random.below(self.words.quoted.len())];
                if self.random.below(4) == 0 {
                    format!("“{quoted},” {surname} {said}.")
                } else {
                    format!("\"{quoted},\" {surname} {said}.")
                }
            }
            3 => {
                let result = &self.words.result[self.random.below(self.words.result.len())];
                let hedged = self.random.pick(&self.words.hedged);
                format!("The {} {} {hedged} {result}, {surname} {said}.", story.topic, story.action)
            }
            4 => format!(
                "About {number} people in {} signed a petition {date}, according to the county office.",
                story.town
            ),
            5 => format!(
                "Spending on the {} rose {}.{}% to ${number},{:03} in the year to March.",
                story.topic,
                self.random.below(30),
                self.random.below(10),
                self.random.below(1000)
            ),
            6 => {
                let background = &self.words.background[self.random.below(self.words.background.len())];
                format!("{background} {}, when {clause}.", 1960 + self.random.below(65))
            }
            7 if self.random.below(2) == 0 => self.words.vague[self.random.below(self.words.vague.len())].clone(),
            8 => format!("Mr. {surname}’s office did not answer questions sent {date}."),
            9 => format!("{} and {clause}; the U.S. owner of the site declined to comment.", capitalised(&clause)),
            _ => {
                let other = self.clause(story);
                format!("{}, while {other}.", capitalised(&clause))
            }
        }
    }
}

fn capitalised(clause: &str) -> String {
    let mut letters = clause.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
