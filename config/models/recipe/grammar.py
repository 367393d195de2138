"""The grammar of the free text: rules by name, with {rule or slot} and (one|of|these), nested at will."""

import random
import re

WORDS = {
    "adj": "old|young|small|tall|brave|shy|clever|quiet|noisy|lazy|hungry|happy|sad|proud|kind|wild|gentle|strange|tired|curious|careful|lonely",
    "look": "red|blue|green|white|black|golden|dusty|broken|round|heavy|bright|dark|wooden|tiny|huge|plain|painted|warm|cold|empty",
    "animal_": "fox|bear|rabbit|heron|mouse|cat|dog|horse|duck|frog|goat|wolf|turtle|crow|hedgehog|squirrel",
    "job_": "baker|teacher|doctor|farmer|sailor|painter|gardener|driver|cook|tailor|librarian|miller",
    "thing": "lamp|clock|boat|chair|mirror|coat|kettle|violin|ladder|basket|map|bicycle|letter|key|book|rope|bell|box|hat|ring|drum|candle|window|stone|bottle",
    "things": "lamps|chairs|stones|books|bells|boxes|flowers|birds|trees|letters|candles|bottles|ropes|apples|shadows|voices|people|children|clouds|boats",
    "food": "bread|soup|cheese|honey|apples|fish|rice|cake|beans|nuts|butter|tea|milk|berries",
    "where": "river|hill|bridge|old wall|gate|road|well|mill|lake|tower|field|fence|shore|barn|garden door|corner",
    "place_": "forest|village|harbour|garden|valley|castle|market|library|station|kitchen|meadow|island|desert|school|bakery|museum",
    "went": "walked|ran|went|climbed|hurried|wandered|jumped|danced|crept|travelled|returned|looked",
    "prep": "to|behind|over|around|towards|past|near|under|across|beside",
    "took": "found|lost|carried|hid|wanted|sold|painted|repaired|dropped|kept|bought|cleaned|forgot|stole|showed|noticed|borrowed",
    "how": "slowly|quickly|quietly|gladly|suddenly|again|together|alone|at once|carefully|for hours|in silence",
    "when": "one morning|at night|the next day|after lunch|in the evening|before sunrise|one week later|at noon|then|later|soon|after a while",
    "felt": "happy|tired|afraid|proud|hungry|calm|angry|lonely|surprised|glad|sleepy|curious|safe|cold",
    "said": "said|asked|whispered|answered|shouted|replied|thought|sang",
    "name": "Anna|Ben|Clara|David|Emma|Felix|Greta|Hugo|Ida|Jonas|Lena|Max|Nora|Oscar|Paula|Tom",
    "season_": "spring|summer|autumn|winter",
    "thought": "the winter|the old days|a song|the sea|a good meal|the stars|the harvest|a friend|the road home|money|the rain|tomorrow|a warm bed|the music",
    "sky": "rain|snow|wind|fog|sunshine|clouds|storms|frost",
    "many": "two|three|four|five|six|seven|many|a few|some|ten",
    "verb": "read|wait|sing|talk|sleep|work|play|cook|write|swim|rest|listen|count|dream",
    "verbing": "reading|waiting|singing|talking|sleeping|working|playing|cooking|writing|swimming|resting|dancing",
    "advice": "be patient|ask a friend|start early|take a walk|write it down|keep a clear head|listen well|save a little every day|trust yourself|sleep first|laugh about it|try again tomorrow|do not hurry|count to ten|keep it simple",
}

RULES = {
    # noun phrases and shared sentences
    "np": "(the|a) (|{adj} |{look} ){thing}|(|{many} )(|{look} ){things}|the {adj} {job_}|a (|{adj} ){animal_}|some {food}|{name}",
    "pp": "{prep} the (|{look} |old ){where}|in the {place_}|with {name}|{when}|(on|by) the {where}|{how}",
    "middle": "{who} {went} {pp}(| and {took} {np})(| {pp}).|{When}(,|) {who} {took} {np}(| {pp}).|{who} {felt_} {felt}(| and {felt})(|, (because|but|so) {clause}).|"
              "{There} was {np} {pp}.|\"{speech}\" {said} {who}(| {how}).|{Nobody} {knew} (why|how|where|when) {who} {took} {np}.|"
              "{who} {thought_} (about|of) {thought}(| and {thought}).|{But} {clause}.|{name} {took} {np}(| and {went} {pp}).",
    "felt_": "felt|was|became|seemed|looked",
    "thought_": "dreamed|thought|spoke|sang|told {name}",
    "There": "There|Not far away there|Nearby there|That day there|Once there",
    "Nobody": "Nobody|Everyone|Only {name}|The {job_}|{name}|No {animal_}",
    "knew": "knew|remembered|asked|understood|saw|forgot|could say",
    "But": "But|And|So|Then|Luckily|Perhaps|Of course|In the end|Sadly",
    "clause": "{who} {took} {np}|it was (too |very |)(late|{felt}|dark|far)|the {where} was (too |very |){look}|{name} {went} {pp}|the {things} were (gone|{look}|everywhere)|"
              "{who} could not {verb}(| {how})|{sky} came {pp}|{who} {felt_} {felt}",
    "speech": "(Where|Why|When|How) (is|was) (my|your|the|this) {thing}?|I (want|need|like|see|lost|remember) {np}(!|,|.)|(Come|Look|Wait|Go|Stay|Hurry)(| {how}|, {name})(!|,)|"
              "(We|You|They|I) (must|can|should|cannot|will) {verb}(| {pp})(,|!|.)|(This|That|It) is (a|my|your|not my) (|{adj} |{look} ){thing}(,|!)|(Do|Can|Will|Could) (you|we|they) {verb} {pp}?",
    "When": "One morning|At night|The next day|After lunch|In the evening|Before sunrise|One week later|At noon|Then|Later|Soon|After a while",
    "end": "(In the end|From then on|At last|Since that day|That night|Finally)(,|) {who} (was|felt|stayed|became) {felt}(| and {felt}).|And (so|then) {who} {went} home(| {how}| with {np}).|"
           "(Today|Now|Still), {who} (often |always |sometimes |never |)(tells|dreams|thinks|sings) (of|about) {thought}.|(Nobody|Everyone|{name}) (ever |still |always |)(laughed|remembered|talked) about (it|{thought}).|The end.",
    # stories
    "story": "{opening} {middles} {middles} {middles} {middles} {end}|{opening} {middles} {middles} {end}|{opening} {middles} {middles} {middles} {end}|{opening} {middles} {end}",
    "middles": "{middle} {middle}|{middle} {middle} {middle}|{middle}",
    "opening": "(Once upon a time|Long ago|Once|Years ago|One {season_})(,|) (a|the) {adjective} {hero} (lived|was|slept|worked|waited) (in|near|by|behind) the {place}.|"
               "(In|Near|Behind|Not far from) the {place} (there |)(lived|was) a (|very |rather ){adjective} {hero}(| (called|named) {name}).|"
               "(Everybody|Nobody|{name}) (in the {place} |)(knew|loved|feared|liked) the {adjective} {hero}.|The {adjective} {hero} (of|from) the {place} (had|wanted|owned|lost) {np}.",
    # descriptions
    "describe": "{view} {seens} {seens} {seens} {lastview}|{view} {seens} {seens}|{view} {seens} {seens} {lastview}|{view} {seens} {lastview}",
    "seens": "{seen} {seen}|{seen} {seen} {seen}|{seen}",
    "view": "The {place} (is|was|looks|seems) (very |rather |quite |a little |always |){adjective}(| and {look}| in {season}).|(In|During|All) {season}(,|) the {place} (is|looks|seems|becomes) (very |rather |quite |){look} and {adjective}.|"
            "(It is|This is|Imagine) a {adjective} {place}(| (with|full of) (|{look} ){things}).|(One|A visitor|{name}|You) (can |)(see|sees|hear|hears|notice) the {adjective} {place} (from afar|at once|{pp}).",
    "seen": "(There are|One sees|You find|It has|{name} likes the|I remember) {many} {look} {things} (in|near|behind|under|beside|above) the {where}.|The {things} are {look}(,| and) {look}(| and {look}).|"
            "(On the left|On the right|In the middle|Above|Below|Behind it|{When})(,|) (stands|lies|waits|is) (a|the) (|{adj} ){look} {thing}.|(It|Everything|The air|The {where}) smells of {food}(| and {food}).|"
            "(A|The|One) (|{adj} ){animal_} (sleeps|sits|plays|waits|lives|sings) {prep} the (|{look} ){where}.|(People|Children|Visitors|Many sailors|The {job_}s) (often |always |never |)(come|like|want|stop) to {verb}(| {pp}).",
    "lastview": "(I|We|You|{name}) (would|could|should) (like to |gladly |)(stay|return|live|rest) there(| {how}| {when}).|(It|That) is (a|the) (place|sight|picture) (for|of) {thought}.|Nobody (leaves|forgets|paints) it(| {how}).",
    "described": "The {object} (is|was) {look}(| and {look}|, {look} and {adj}). {ofobject} {seens} {ofobject}|(It is|This is|I see|There is) a (|very |rather ){look} {object}(| (made of|with) (wood|glass|iron|stone|paper|copper)). {ofobject} {ofobject} {seens}",
    "ofobject": "(It|The {object}) (stands|lies|hangs|waits|is) {pp}.|(Somebody|{name}|The {job_}|A {animal_}) {took} it {pp}.|(It|The {object}) (belongs|belonged) to (the {adj} {job_}|{name}|nobody|a {animal_}).|(It|One side|The top|The front) is {look}(, | and |, but also ){look}.",
    # dialogues
    "dialogue": "{one}: {line} {line}\n{two}: {line}\n{one}: {line} {line}\n{two}: {line}\n{one}: {line}\n{two}: {line} {close}\n{one}: {close}|{one}: {line} {line}\n{two}: {line}\n{one}: {line}\n{two}: {line}\n{one}: {line} {close}\n{two}: {close}|{one}: {line}\n{two}: {line}\n{one}: {line}\n{two}: {close}|{one}: {line}\n{two}: {line}\n{one}: {close}|{one}: {line}\n{two}: {line}\n{one}: {line}\n{two}: {line}\n{one}: {close}",
    "line": "(What|How|Why|When) (do|can|should|did) (you|we|they) (think|hear|know|learn|say) (about|of) {topic}?|(I|We|They) (like|fear|love|hate|know|forgot|want|miss) {topic}(| (very much|more than {thought}|, but {clause}|{when})).|"
            "{speech_}(| {speech_})|(Well|No|Yes|Oh|Listen|Indeed|Perhaps), {clause}.|(My|Your|Our|Her) (mother|father|friend|brother|sister|{animal_}|{job_}) (always |never |once |)({took}) {np}(| {pp}).|(Tell|Show|Ask|Teach) (me|us|{name}|the {job_}) (more |something |)about {topic}(!|.)",
    "speech_": "(Where|Why|When|How) (is|was) (my|your|the|this) {thing}?|I (want|need|like|see|lost|remember) {np}(!|.)|(Come|Look|Wait|Go|Stay|Hurry)(| {how}|, {name})!|(We|You|They|I) (must|can|should|cannot|will) {verb}(| {pp})(!|.)",
    "close": "(Good|Fine|Thank you|Well|Then)(,|.) (see you|goodbye|let us go|let us {verb}|I must go)(| {when}| {how}).|(Yes|Very well|Maybe|Of course), {advice}(!|.)|(Now|So|Then) (I|we) (must|will|can) {verb}(| {pp}).",
    # letters
    "letter": "{greeting}\n{letterline} {letterline} {letterline}\n{letterline} {letterline} {letterline} {letterline} {wish}|{greeting}\n{letterline} {letterline} {letterline} {wish}|{greeting}\n{letterline} {letterline} {letterline} {letterline} {letterline} {wish}|{greeting}\n{letterline} {letterline} {letterline} {letterline} {wish}",
    "greeting": "(Dear|My dear|Hello|Good (morning|evening),) ({reader}|friend|{name}),",
    "letterline": "(I|We) (write|wrote|think|dream|heard|talk) (to you |)(about|of) {topic}(| (again|today|{when})).|(Yesterday|Today|Last week|This {season_}|On Monday|{When})(,|) {someone} {took} {np}(| {pp}).|"
                  "(Here|In the {place}|At home|Outside) (it is|everything is|the {where} is|we are) (very |so |rather |){felt}(| and {look}).|(Do you|Can you|Will you|Did you) (still |ever |also |)({verb}|remember {thought}|think of {topic})(| {pp})?|"
                  "(Please|Kindly) (send|bring|show|give|lend) (me|us|{name}) {np}(| {when}).|(I|We|They) (hope|believe|fear) that {clause}.",
    "someone": "I|we|{name}|my {animal_}|the {job_}|your (brother|sister|friend)",
    "wish": "\n(Yours|Best wishes|With love|Many greetings|Until soon), {signer}",
    # lists
    "list": "1. {item}\n2. {item}\n3. {item}\n4. {item}\n5. {item}",
    "item": "(A|The|One|Your) (|{adj} ){look} {thing}|(|{many} )(|{look} ){things}|(Some|Fresh|Good|Enough) {food}|A {thing} (for|from|of) (the {job_}|{name}|{season_})|(A|The) {animal_} {pp}|A {thing} and (a {thing}|some {food})",
    "list_": "(Take|Bring|Choose|Pack|I suggest|Think of) (a|the|your) (|{look} ){thing}, {item_}(, {item_}|) and {item_}.(| (Also|Then|And), {advice}.| {closing})",
    "item_": "a (|{adj} |{look} ){thing}|(some|fresh|enough|good) {food}|{many} (|{look} ){things}|a {thing} (for|from) {name}",
    "closing": "(Do not forget|Remember|You may need|Better leave) (the|your|a) (|{look} ){thing}(| {when}).|(It|That) (will be|is|was) {felt}(| there| {when}).",
    # advice
    "advise": "{adv} {adv} {adv} {adv} {adv} {adv} {closing}|{adv} {adv} {adv} {adv}|{adv} {adv} {adv} {adv} {adv}|{adv} {adv} {adv} {closing}|{adv} {adv} {closing}",
    "adv": "(First|Above all|Now and then|If you can|As for {topic}|{When}|Every day)(,|) {advice}.|(You|One|We|A wise {job_}) (should|must|may|can) (always |never |often |){verb}(| {pp})(| and {advice}).|"
           "(When|If|Because) {clause}, {advice}.|(Most {job_}s|People|{name}|My mother|Old {job_}s) (say|know|think|forgot) that {clause}.|(About|With|Without) {topic}(,|) (it is|one feels|you become|nobody is) (often |always |rarely |)(better|{felt}|{look}).|"
           "(Buy|Find|Keep|Sell|Use|Clean) (a|your|the) (|{look} ){thing}(| {pp}) and {advice}.",
    # weather
    "weather": "{wopen} {wline} {wline} {wline} {wline} {wlast}|{wopen} {wline} {wline} {wline} {wline} {wline}|{wopen} {wline} {wline} {wline}|{wopen} {wline} {wlast}|{wopen} {wline} {wline} {wlast}",
    "wopen": "({day} (will be|starts|begins|is)|On {day} (it will be|we expect|there will be)) (mostly |rather |very |partly |)({look}|{felt}|cold|warm) (with|and then|after) {sky}(| and {sky}).|(Expect|Look out for|We expect) {sky}(| and {sky}) on {day}(| {pp}).",
    "wline": "(In the morning|At noon|In the evening|At night|Later|Towards evening|{When})(,|) {sky} (comes|moves|spreads|falls|blows) {prep} the {where}.|(Near|In|Around|Over) the {place_} (it is|it stays|we see|expect) (very |rather |)(cold|warm|wet|dry|dark|bright|{look}).|"
             "(The wind|The air|The {where}|The sea) (is|turns|stays|becomes) (cold|warm|wet|calm|strong|dry|{look})(| {when}).|(It will be|We measure|Expect) {deg} degrees (in the {place_}|{pp}|{when}).",
    "deg": "two|five|seven|nine|ten|twelve|fifteen|twenty|thirty|minus three|minus six",
    "wlast": "(Take|Bring|Do not forget|Leave) (a|your|the) (|{look} ){thing}(!|.)|(Children|The {job_}s|Sailors|People) should (not |)({verb}|{verb} {pp}).|(Tomorrow|After that|The next day) (brings|comes with|we expect) {sky}(| and {sky}).",
    # recipes
    "recipe": "{step1} {step} {step} {serve}|{step1} {step} {step} {step} {serve}|{step1} {step} {step} {step} {step} {step} {serve}",
    "step1": "(For {dish}|First|To begin|In the {place_}|Every {job_} knows it), (take|buy|wash|cut|find|weigh) (|{many} pieces of |some |fresh ){food}(| and {food}|, {food} and {food}).",
    "step": "(Then|Now|Next|After that|{When})(,|) (mix|cook|stir|bake|heat|add|chop|cool|cover) (it|the {food}|some {food}|everything)(| with {food})(| (for|about) {many} (minutes|hours)| {how}| {pp}).|(Add|Stir in|Pour in|Fold in) {many} (spoons|cups|pieces|drops) of {food}(| {how}).|"
            "(Wait|Rest|Listen|Sing|{Advice}) (until|while|because|when) {clause}.|(Put|Leave|Keep|Place) (it|everything|the {food}) {prep} the (|{look} ){thing}(| {how}).",
    "Advice": "Read|Sleep|Walk|Talk|Count slowly",
    "serve": "(Serve|Eat|Share|Enjoy|Sell) the {food} (with {food}|{how}|{when}|with {name}|with the {job_})(!|.)|(It|The {food}) (tastes|is|smells) (best |very |so |)({how}|good|sweet|{look}|of {food}).",
    # diaries
    "diary": "{dopen} {dline} {dline} {dline} {dline} {dline} {dline} {dlast}|{dopen} {dline} {dline} {dline} {dline} {dlast}|{dopen} {dline} {dline} {dline} {dline} {dline}|{dopen} {dline} {dline} {dline} {dlast}|{dopen} {dline} {dlast}",
    "dopen": "{day}(, {month}|)(.|:) (I|We) (woke up|rose|got up|left the house|began) {felt}(| and {felt}| {how}).|(Today|This {day}|Last night)(,|) (it was|I was|everything was) (very |so |rather |){felt}(|, because {clause}).|(This|What a) (was a |){adjective} {day}(.|!) I {took} {np}.",
    "dline": "(At breakfast|At work|In the {place_}|On the way|{When})(,|) (I|we|my {animal_}|{name}) {took} {np}(| {pp}).|(I|We) {went} {pp}(| and {took} {np}).|(The {adj} {job_}|{name}|My friend|A {animal_}) (gave|told|sold|showed|brought|promised) me {np}.|(I|We) (want|hope|plan|try|forgot|love) to {verb}(| {pp}).|(I|We) (felt|was|stayed) {felt}, (because|but|although) {clause}.",
    "dlast": "(Tomorrow|Next {day_}|Soon|Perhaps)(,|) I (will|must|can|want to) {verb}(| {pp}| and {verb}).|(Now|Tonight|At last)(,|) I (think|dream) (of|about) {thought}.|(Good night|Enough for today|So it goes)(!|.)",
    "day_": "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday",
    "animalday": "{When}(,|) the {animal} {took} {np}(| {pp}). {amid} {amid} {end}|On {day}(,|) the {animal} {went} {pp}(| and {took} {np}). {amid} {amid} {amid} {end}|On {day}(,|) the {adj} {animal} {felt_} {felt}. {amid} {amid}",
    "amid": "{middles}",
    # poems
    "poem": "{verse},\n{verse},\n{verse}(,|) (and|but)\n{verse}.|{verse},\n{verse}.\n{verse},\n{verse}.|{verse}.\n{verse}.\n{verse}.\n{verse}.\n{verse}.|{verse},\n{verse}.\n{verse},\n{verse}.\n{verse}(,|) (and|but)\n{verse}.|{verse},\n{verse},\n{verse}.\n{verse},\n{verse},\n{verse}.\n{verse}.\n{verse}.",
    "verse": "(the|a|my|one|your) {look} {thing} {prep} the {where}|(oh|now|here|there), {adj} {theme}(| {how})|{theme} {pp}|(I|we|you|they) (hear|see|love|dream of|follow|forget) the {look} {things}|the {things} {verb} {how}|{sky} and {sky} {pp}|(let us|I must|you will|we may) {verb} {pp}|{theme} (like|without|with) (a {look} {thing}|{food}|{sky}|{thought})",
}

CHOICE = re.compile(r"\(([^()]*)\)")
NAME = re.compile(r"\{(\w+)\}")


def alternatives(text):
    """Splits at the | that stand outside of parentheses."""
    parts, depth, start = [], 0, 0
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == "|" and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return parts + [text[start:]]


TABLE = {name: alternatives(text) for name, text in {**WORDS, **RULES}.items()}


def expand(text, draw: random.Random, bound):
    """Replaces rules and choices by drawn text until none is left; bound names keep their one value."""
    while True:
        named = NAME.search(text)
        chosen = CHOICE.search(text)
        if chosen and (not named or "{" not in chosen.group(1) or chosen.start() < named.start()):
            text = text[: chosen.start()] + draw.choice(chosen.group(1).split("|")) + text[chosen.end() :]
        elif named:
            name = named.group(1)
            value = draw.choice(bound[name]) if name in bound else draw.choice(TABLE[name])
            text = text[: named.start()] + value + text[named.end() :]
        else:
            return tidy(text)


def tidy(text):
    """Spacing, the article before a vowel, and capitals at the start of a sentence."""
    text = re.sub(r" +", " ", text)
    text = re.sub(r" ([.,!?:])", r"\1", text)
    text = re.sub(r"([.,!?])\.", r"\1", text)
    text = re.sub(r" *\n *", "\n", text)
    text = re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", text)
    return re.sub(r"(^|[.!?] |\. \"|[.!?]\n|\n|: )([a-z])", lambda m: m.group(1) + m.group(2).upper(), text).strip()
