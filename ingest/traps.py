"""Sentences and clauses that look like findings and are none: baseline tables, patient factors, purposes, counts."""

from __future__ import annotations

import re

from ingest.screened import screened
from ingest.text import lower

__all__ = [
    "AGAINST",
    "AND_LATER",
    "ASSOCIATED_EFFECT",
    "ATTRIBUTIVE",
    "AT_START",
    "BY_OUTCOME",
    "EVIDENCE",
    "FACTORS",
    "FEW_PATIENTS",
    "HAD_BEFORE",
    "MODEL",
    "NOT_SHOWN",
    "OF_DIFFERENCE",
    "OF_METHOD",
    "ONLY_BASELINE",
    "PATIENT_FACTOR",
    "PLANNED",
    "PURPOSE",
    "SELECTED",
    "SORTED",
    "START_WORDS",
    "unadjusted",
]

ONLY_BASELINE = screened(
    r"\b(?:at baseline|baseline (?:characteristics|demographic|data|values|variables|parameters|scores|features)|demographic\w*|(?:regard|respect|terms|relation) (?:to|of) (?:the )?(?:pre-?operative|baseline|demograph\w+)|preoperative (?:indices|scores?|characteristics|data|variables|parameters)|(?:in|regarding|concerning|of|(?:respect|regard|relation) to) (?:the |their |mean |patients?'?s? )*(?:age|sex|gender)\b(?![- ](?:group|adjust|relat|depend))|(?:age|sex|gender|BMI|body mass index|bone mineral density)(?:,| and| or) (?:age|sex|gender|BMI|body|bone|duration|weight|height)|comparable at (?:baseline|the (?:start|beginning|outset|time of)|entry|inclusion|enrol\w+|randomi\w+|admission|presentation|intake)|before (?:treatment|surgery|intervention)[^.]{0,20}(?:similar|comparable))\b",
    re.I,
)
# "Comparable at baseline and at each follow-up": told of what came after as well.
_VISIT = (
    r"(?:(?:at|after|during|on|by|in|for) )?(?:the )?(?:(?:any|each|every|all)(?: of)? (?:\w+ ){0,3}?(?:follow|visit|time|point|assess|exam|stage|interval)"
    r"|(?:\d+|one|two|three|four|six|nine|twelve)\b[^.;()]{0,25}?(?:hour|day|week|month|year|mo\b)|(?:\w+ )?(?:follow-?up|discharge|post-?\w+)|(?:end|final|last|latest|subsequent|later)\b)"
)
AND_LATER = re.compile(
    rf"\b(?:at (?:the )?baseline|before (?:the )?(?:treatment|surgery|operation|procedure|injection|intervention)|pre-?operatively)(?:,| and| or| nor| as well as| but also)+ {_VISIT}"
    r"|\bbefore (?:or|and|nor) after\b",
    re.I,
)
# What was had before, in a list of what groups had in common.
HAD_BEFORE = re.compile(
    r"\b(?:history|histories|previous|prior|past|preoperative|pre-?operative|baseline|initial|admission|risk|presence|severity|kind|type|cause) (?:of |for )?(?:\w+ ){0,2}$",
    re.I,
)
# What patients chose or were chosen for; a further operation is an outcome.
_CHOSEN = (
    r"more likely to (?:undergo(?! (?:an? )?(?:re-?operat|revision|further|another|additional|second|repeat|subsequent|surgery|conversion))"
    r"|be (?:treated|operated|managed)|receive|have been|elect|opt|choose)"
)
_FARED = r"(?:had|have|showed|experienced|reported|achieved|were|benefit\w*|responded|fared|did|gained|improved)"
PATIENT_FACTOR = screened(
    rf"\b(?:quart(?:ile)?s?|tertiles?|quintiles?|(?:was|were|is|are) (?:\w+ly )?related to|non-?diabetic|diabetics?(?: patients)?|non-?obese|with and (?:those |patients )?without|those who did and (?:those )?who did not|{_CHOSEN}|patients (?:who )?(?:present\w*|presenting) with|patients with (?:an? )?(?:lower|higher|larger|smaller|greater|more|less|increased|decreased|low|high)|(?:patients|those|cases|subjects) with(?:out)? [^.;]{{3,110}} than (?:in |for |did )?(?:the )?(?:patients|those|cases|subjects) with(?:out)?|risk factors?|hazard ratio|likelihood|predict(?:or|ors|ive|ed|ion)|correlat\w+|regression|(?:was|were|is|are) (?:\w+ )?associated with|association between|odds of|smokers|patients with (?:a )?(?:good|poor|bad|better|worse|excellent|favou?rable|unfavou?rable|successful) (?:clinical )?(?:outcomes?|results?|response)|non-?responders|(?:those|patients|subjects) who (?:died|survived)|charlson|patients (?:with and without|with or without)|regardless of (?:the |whether )?(?:the )?treatment|symptoms (?:for|of) (?:more|less|longer|fewer) than|comorbidity (?:score|index)|explain(?:s|ed) (?:\d|most)|younger|older|elderly|women than|men than|females?|males? than|gender|sensitivity analysis|subgroup|age groups?|(?:between|among) (?:the )?(?:sexes|genders))\b",
    re.I,
)
ASSOCIATED_EFFECT = re.compile(
    r"\b(?:both|procedures?|treatments?|techniques?|interventions?|therapy|therapies|injections?|stimulation|blocks?|surgery|operations?)\b[^.;,]{0,40}?\b(?:was|were|is|are) (?:\w+ )?associated with"
    r"(?= (?:an? )?(?:\w+ ){0,3}?(?:improve\w*|reduc\w*|decreas\w*|relief|increas\w*|gains?)\b)",
    re.I,
)
BY_OUTCOME = screened(
    r"(?:patients|those|cases|subjects) with(?:out)? [^.;]{3,110} than (?:in |for |did )?(?:the )?(?:patients|those|cases|subjects) with(?:out)?|(?:those|patients|subjects) who (?:died|survived)|charlson|patients (?:with and without|with or without)|regardless of (?:the |whether )?(?:the )?treatment|symptoms (?:for|of) (?:more|less|longer|fewer) than|patients with (?:a )?(?:good|poor|bad|better|worse|excellent) (?:clinical )?(?:outcome|result|response)|(?:non-?)?responders (?:had|were|showed)|(?:response|success) (?:\w+ ){0,4}(?:was|were) (?:\w+ )?associated with",
    re.I,
)
# A sentence on what foretells an outcome compares patients, unless it names the groups.
# What only patients can be: named groups do not make it a comparison of treatments.
SORTED = screened(
    rf"\bquart(?:ile)?s?\b|\btertiles?\b|\bquintiles?\b|\bpatients with (?:an? )?(?:lower|higher|larger|smaller|greater|increased|decreased|reduced|impaired|low|high) |\b(?:younger|older|elderly|obese|overweight|female|male|diabetic|smoking|depressed) (?:patients|subjects|participants|women|men|people|adults) {_FARED}\b|\b(?:smokers|women|men) {_FARED}\b|\b{_CHOSEN}\b"
    r"|\bafter cross(?:ing |ed )?-?over\b|\b(?:patients|participants|subjects|those) (?:who )?cross(?:ing|ed) over\b[^.;]*\bwho did not\b"
    r"|\b(?:longer|shorter|higher|lower|greater|older|younger|worse|(?:more|less) severe|larger|smaller|advanced|increas\w+|decreas\w+|severe|poor) (?:\w+ ){0,3}?"
    r"(?:duration of (?:symptoms|pain|disease|illness)(?!-| relief| reduction)|(?:symptom|pain|disease) duration|age|BMI|body mass index|(?:baseline|pre-?operative|pre-?treatment|initial) [\w-]+|depression|catastrophi\w+|expectations?)\b"
    r"[^.;,]{0,60}?\b(?:associated|correlated|predict\w*|related|linked)\b"
    r"|\b(?:benefits?|effects?|advantages?|superiority|gains?) (?:of|from|with|for|in favou?r of) [^.;]{3,80}\b(?:was|were) (?:\w+ly )?(?:greater|larger|stronger|(?:more|less|most) pronounced|smaller|less|higher|better|greatest)"
    r" (?:in|among|for|with) (?:the )?(?:(?:patients|those|subjects|participants|people|women|men) (?:with|who (?:were|had (?!the|a|an|been))|aged|older|younger)|(?:women|men|females|males|older|younger|elderly)\b|worse|more severe|less severe|longer|shorter|recent|the subgroup)",
    re.I,
)
MODEL = screened(r"\b(?:risk factors?|predictors?|(?:uni|multi)-?variate|logistic|regression)\b", re.I)
FACTORS = screened(
    r"\b(?:(?:main|major|independent|significant|important|potential)? ?(?:risk factors?|predictors?|prognostic factors?)) (?:\w+ ){0,6}?(?:was|were|are|is|included?|:)|\bmultivari\w+ (?:\w+ )?(?:analys[ie]s|regression|model)[^.;]{0,40}\b(?:risk factors?|predictors?)\b",
    re.I,
)
# "After adjusting for age and sex" says how groups were compared.
_ADJUSTED = re.compile(
    r",? ?\b(?:(?:even )?(?:after|when|with|by|following|upon|and) )?(?:statistical(?:ly)? )?"
    r"(?:adjust(?:ing|ed|ments?)|controll(?:ing|ed)|correct(?:ing|ed)|match(?:ing|ed)) (?:was made )?for [^;:().]*",
    re.I,
)


def unadjusted(body: str) -> str:
    """Return a clause without what its comparison was adjusted for."""
    return _ADJUSTED.sub(" ", body) if "ing for " in body or "ed for " in body or "ment for " in body else body


# "to reduce pain" is a purpose, "was shown to reduce pain" a finding; "three patients reported pain" is a count.
PURPOSE = screened(
    r"(?<!shown )(?<!found )(?<!demonstrated )(?<!able )(?<!proved )(?<!proven )(?<!reported )(?<!appears )(?<!appear )(?<!appeared )(?<!seems )(?<!seem )(?<!tends )(?<!tended )(?<!continued )(?<!known )(?<!due )\b(?:to|in order to|rather than|aimed at|goal of|attempt to|intended to) (?:\w+ly )?$",
    re.I,
)
# "Before treatment, pain was similar": comparability of the groups, unless the clause goes on to what came after.
_BEFORE = r"(?<!from )(?:before|prior to)(?! (?:and|or|nor) (?:\w+ )?(?:after|post))(?! to) (?:the )?(?:\w+ ){0,2}?(?:treatment|surgery|operation|intervention|procedure|injection|randomi[sz]ation|blocks?|therapy|education|training|induction|study)"
AT_START = re.compile(
    rf"^\W*(?:\w+(?: \w+){{0,2}}, |(?:the|mean|median|all|both) )*(?:at baseline|{_BEFORE}|pre-?operative(?:ly)?|pre-?treatment|pre-?intervention|baseline)\b"
    r"(?!.*\b(?:after|post\w*|follow-up|final|change|changes|improve\w*|reduc\w*|decreas\w*|increas\w*|months?|weeks?|years?|to)\b)|"
    rf"\b(?:similar|comparable|no (?:\w+ ){{0,3}}differences?|not (?:\w+ )?differ\w*|different)\b[^.;]{{0,60}}\b(?:at baseline|{_BEFORE})\W*$|"
    rf"\b(?:higher|lower|greater|more|less|worse|better|longer|shorter|larger|smaller|fewer|poorer)\b(?![^.;]*\b(?:than (?:at |the )?(?:baseline|before|pre)|after|post\w*|follow-up|months?|weeks?|years?)\b)[^.;]{{0,60}}(?<!than )\b(?:at baseline|{_BEFORE}|preoperatively)\W*$|"
    r"\b(?:similar|comparable|no (?:\w+ ){0,4}differences?|not (?:\w+ )?differ\w*)\b[^.;]{0,60}\b(?:in|for|of|regarding|concerning|to) (?:the |mean |their )*"
    r"(?:pre-?operative|baseline|pre-?treatment|pre-?injection|pre-?procedur\w+|initial) (?!and\b|or\b|to\b|vs)(?!.*\b(?:post\w*|follow-?up|final|after|change\w*|improve\w*|months?|years?)\b)",
    re.I | re.S,
)
START_WORDS = ("baseline", "before", "prior to", "preop", "pre-", "pretreat", "preinterv")
# "Increased opioid use does not change …" speaks of patients with more of it.
ATTRIBUTIVE = re.compile(
    r"^\W*(?:increased|decreased|reduced|improved|worsened|impaired)\b(?!.*\b(?:seen|found|observed|noted|reported|achieved|obtained|recorded|documented|shown)\b)(?=.*\b(?:is|was|does|did|may|might|can|could|has|had)\b)",
    re.I | re.S,
)
# "Improved estimates", "increased awareness": what changed is no outcome of patients.
OF_METHOD = re.compile(
    r" (?:the |an? |our )?(?:\w+ )?(?:estimates?|estimation|models?|fit\b|understanding|knowledge|predictions?|predictive|awareness|methods?|research|visuali[sz]ation|reporting|selection|interest|use of (?:the )?(?:procedure|technique))",
    re.I,
)
# "Prevents loss of correction", "without worsening": what did not come about.
AGAINST = re.compile(
    r"\b(?:prevent\w*|avoid\w*|without|minimi[sz]\w+|stop\w*|halt\w*|protect\w* (?:from|against)|incapable of|counteract\w*) "
    r"(?:(?:the|an?|any|further|additional|significant|progressive|secondary|of|postoperative) )*$"
    # "The difference in improvement" is between groups.
    r"|\b(?:differences?|trends?) (?:in|of|for) (?:the |mean |average )?(?:\w+ )?$",
    re.I,
)
# "There was a significant difference in blood loss and recovery of height": of a change no way is told.
OF_DIFFERENCE = screened(
    r"\b(?:a|an|significant(?:ly)?|statistical(?:ly)?|marked|clear) (?:significant )?differences? (?:\([^()]*\) )?(?:was |were )?(?:\w+ )?(?:in|on|of|for|regarding|between|with|concerning)\b(?:(?!\b(?:was|were|had|showed|and (?:there|both)|but|while|which|with)\b)[^.;])*$",
    re.I,
)
SELECTED = re.compile(
    r"\b(?:patients|those|subjects|participants|cases|individuals) (?:with|who (?:had|have|showed|experienced|reported)) (?:an? |the |significant |complete |partial |incomplete |initial |early |good |poor |marked |sufficient |\w+ly )*$",
    re.I,
)
FEW_PATIENTS = re.compile(
    r"^\W*(?:and |only |in addition,? |except (?:for |in )?(?:the case of )?)?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2}|a) (?:\(\d+(?:\.\d+)?%\) )?(?:\w+ )?(?:patients?|cases?|subjects?|reported|required|had|developed|experienced)\b",
    re.I,
)
NOT_SHOWN = re.compile(r"(?:(?!\bbut\b)[^,;(]){0,60}\b(?:not|failed|neither)\b", re.I)
# Aims and plans: what is to be looked at, is hoped for, or decides who takes part; for lower-case text.
_PLAN = re.compile(
    r"\b(?:(?:will|would) (?:be (?:needed|required|necessary|useful|of interest|helpful)|provide|allow|help|include|discuss|need|require|clarify)|will be|missing data|imputation|imputed|robust|should be (?:performed|conducted)|we (?:aim|plan)(?:ned|ed)?|hypothesi[sz]ed?|(?:our|null|alternative|working|conservative) hypothesis|ha(?:s|ve) not (?:yet |so far )?been (?:compared|studied|investigated|evaluated|tested|examined) |further (?:studies|research|trials)|previous(?:ly)? (?:studies|reports|trials|reported|published)|it is (?:well )?known|has been (?:shown|reported|found)|have been (?:shown|reported)|remains? (?:unclear|controversial|to be)|it (?:is|was) (?:still )?(?:unclear|uncertain|unknown|not (?:clear|known|certain))|sample size|power (?:analysis|calculation)|powered (?:to|for|at)|(?:was|were|is|are) defined (?:as|by|with)|(?<!patients )(?<!cases )(?:was|were|is|are) (?:considered|regarded as|deemed) (?:to be )?(?:an? |as )?(?:treatment )?(?:failures?|success(?:es|ful)?|positive|responders?|non-responders?)|composite (?:end ?point|outcome) (?:includ|consist|of (?!this|the|our))|outcome measures? (?:for|of|in) th\w+ (?:trial|study) w|(?:was|were) allowed|described as (?:\d+|at least|an? |more than|a )|success (?:was )?required (?:an? )?(?:\d+|at least)|(?:studies|trials|research|investigations?|work) (?:are|is|were|was) (?:still |now |clearly )?(?:needed|required|warranted|necessary)|(?:was|were) (?:included in|excluded from|lost to|screened|re-?assessed|assessed at|utili[sz]ed which))\b|"
    r"\b(?:(?:study|trial|we|investigators|authors|it|research|project|protocol|patients|subjects|participants) will|will (?:\w+ )?(?:explore|indicate|compare|evaluate|assess|determine|examine|investigate|undergo|receive|test|measure|collect|complete)|"
    r"(?:we|and|to|also|is|are|was|were) (?:also )?(?:tested the hypothesis|expect(?:ed)?(?: that| to)? (?:\w+ ){0,8}?(?:to have|will)|want to)|(?:primary |secondary |main )?objectives? (?:of|was|were|is|are)\b|our objectives|"
    r"(?:aims?|goals?|purposes?) of (?:this|the|our) (?:\w+ )?(?:study|trial|project|research|work|investigation)|hypothesis of|addresses concerns|(?:explore|determine|assess|evaluate|establish|investigate|examine|test|see|know) (?:whether|if)|(?:inclusion|exclusion|eligibility) criteria|"
    r"(?:was|were|been) (?:\w+ly )?(?:developed|designed|intended|introduced|conceived) (?:in order )?to\b|(?:propose[sd]?|present) (?:a |an )?(?:different |new )?(?:rationale|protocol)|according to (?:recent|previous|earlier|published) (?:trials|studies|reports))\b|\bis indicated for use\b|\bthis (?:study|trial) (?:is|was) an? \b"
)
_PLAN_WORDS = (
    "will ", "missing data", "imput", "considered", "regarded", "deemed", "robust", "should be", "we aim", "we plan", "hypothes", "not been", "not yet been", "not so far", "further", "previous", "known", "been shown", "been report",
    "been found", "remain", "it is ", "it was ", "sample size", "power ", "powered", "developed", "designed", "intended", "introduced", "conceived", "defined", "composite", "outcome measure", "allowed", "expect", "want to", "objective", "aim", "goal",
    "purpose", "addresses", "whether", " if ", "criteria", "rationale", "protocol", "according to", "indicated for", "this study", "this trial", "described as", "success", "needed", "required", "warranted", "necessary", "included in", "excluded", "lost to", "screened", "assessed", "utilized which", "utilised which",
)  # fmt: skip
_PLAN_START = re.compile(
    r"\W*(?:>|(?:\d+\. )?(?:to )?(?:collect|assess|evaluate|determine|compare|investigate|examine|measure|describe|explore|identify|establish|quantify) )"
    r"|\W*(?:the )?(?:numbers?[- ]needed[- ]to[- ](?:treat|harm)|nn[th]\b)"  # how often, not whether
)
_PLAN_END = re.compile(
    r"\b(?:was|were) (?:also )?(?:compared|assessed|evaluated|analy[sz]ed)(?: (?:between|in|for|among|across) (?:the )?(?:two |three |both |all )?(?:groups|patients|arms))?\W*$|\[\d+(?:[,-] ?\d+)*\]\W*$"
)
# What others have found, what nobody has looked at, what is hoped for, how something was measured; for lower-case text.
_NOT_OURS = re.compile(
    r"\bet al\b|\b(?:recently|previously|already) published\b|\b(?:study|trial) publications?\b|"
    r"\b(?:some|several|multiple|many|numerous|other|various|few|earlier|recent) (?:\w+ )?(?:studies|reports|trials|authors|investigators|papers) (?:have )?(?:\w+ly )?(?:suggest(?:ed)?|demonstrated|shown|reported that|described)\b|"
    r"\b(?:those|these|such|most|previous|prior|past|existing|published) (?:\w+ )?(?:studies|reports|trials|series) have (?:\w+ly )?(?:suggested|demonstrated|shown|reported|described|found|established)\b|"
    r"\b(?:studies|trials|reports|investigations)\b[^.;]{0,60}\b(?:performed|published|conducted|done|reported|carried out) (?:so far|to date|until now|thus far)\b|"
    r"\bthis literature (?:also )?(?:suggests|shows|reports)\b|\b(?:support the view|area of (?:\w+ ){0,2}interest)\b|"
    r"\bthere (?:is|are|have been|has been|were) (?:\w+ )?(?:no|not any|few) (?:(?:published |scientific )+(?:data|evidence)|(?:published |randomi[sz]ed |controlled )*(?:studies|trials))\b|\bthere have not been any\b|"
    r"\b(?:it is|are|is) (?:proposed|anticipated|expected|expecting|believed|thought|postulated|assumed) (?:that|to)\b|\bshould help (?:to )?\w+|\bplan(?:s|ned)? to (?:assess|test|evaluate|compare|study)\b|\b(?:the )?same (?:group|authors|investigators) (?:also )?(?:observed|reported|found|showed)\b|"
    r"\bis (?:generally|usually|commonly|typically) (?:reserved|recommended|indicated)\b|\bwe have (?:tried|used|been using)\b|"
    r"\bmechanisms? (?:was|were|has been|have been) (?:reported|described|proposed)\b"
)
_NOT_OURS_WORDS = (
    "et al", "publi", "plan", "same ", "evidence", "studies", "series", "reports", "trials", "authors", "investigators", "papers", "literature", "support the view", "interest",
    "there ha", "expect", "proposed", "anticipated", "believed", "thought", "postulated", "assumed", "should help", "reserved", "recommended",
    "indicated", "we have", "mechanism",
)  # fmt: skip
# What the values of an instrument mean: "the score ranges from 0 (no disability) to 24".
_SCALE = re.compile(
    r"\b(?:ranges|ranging|scored|scores? (?:range|run)|rated|graded|runs|scale) (?:between |from )?\(?0\b[^.;]{0,60}?(?:\band\b|\bto\b|-|\u2013) ?(?:\d+|[^.;]{0,40}\(\d+)"
    r"|\b(?:higher|lower|larger|greater|smaller) (?:scores?|values?|numbers?) (?:indicat|reflect|mean|represent|denot|correspond)\w*"
    r"|\b0 ?(?:=|:|is|being|means?|indicat\w+|represent\w+|denot\w+|for) (?:no |absence|normal|the best)"
)
# How something was measured, told as a whole sentence.
_MEASURED = re.compile(
    r"\b(?:was|were) (?:\w+ )?(?:assessed|evaluated|measured|quantified|rated|graded|scored|recorded|monitored|collected) (?:using|with|by|according to|via|through|on the basis of)\b"
    r"|\b(?:was|were) (?:also )?(?:assessed|evaluated|measured|applied|used|determined)\b[^.;]{0,60}?\b(?:by (?:evaluating|assessing|measuring|means of)|to (?:evaluate|assess|measure|determine)|using (?:an?|the|standard\w*|validated) )"
)
_FOUND = re.compile(
    r"\b(?:p ?[<=>\u2264]|improved|decreased|reduced|increased|lower|higher|better|worse|differ\w*|similar|comparable|fell|rose|no )|\d ?%|\d\.\d"
)
_SCALE_WORDS = ("rang", "score", "scale", "rated", "graded", " runs", "0 =", "0=")
_RESULT = re.compile(
    r"\bp ?[<=>\u2264]|\b(?:was|were|had|has) (?:\w+ly )?(?:improved|decreased|reduced|increased|lower|higher|better|worse|similar|comparable)\b"
    r"|\b(?:improved|decreased|fell|rose|dropped|differed|averaged)\b|\bfrom \d[^.;]{0,30} to \d|\b(?:was|were) \d|\d ?(?:\+/-|\u00b1) ?\d|\d ?%|\d\.\d"
)
_END_LENGTH = 90  # characters: how far from its end the last words of a sentence may begin


def _explained(low: str) -> bool:
    """Return whether a sentence only explains an instrument: it has a scale, and nothing was found with it."""
    return (
        any(w in low for w in _SCALE_WORDS)
        and _SCALE.search(low) is not None
        and not _RESULT.search(_SCALE.sub(" ", low))
    )


class _Planned:
    """Sentences of aims and plans, told by cheap signs first."""

    def search(self, text: str) -> bool:
        """Return whether the sentence ``text`` (any case) states an aim, a plan or other people's results."""
        low = lower(text)
        told = any(word in low for word in _PLAN_WORDS) and _PLAN.search(low)
        others = any(word in low for word in _NOT_OURS_WORDS) and _NOT_OURS.search(low)
        measured = (_MEASURED.search(low) and not _FOUND.search(low)) or _explained(low)
        return bool(
            told
            or others
            or measured
            or _PLAN_START.match(low)
            or _PLAN_END.search(low, max(0, len(low) - _END_LENGTH))
        )


PLANNED = _Planned()
# What a narrative review says without any of these is textbook knowledge.
EVIDENCE = screened(
    r"\b(?:stud(?:y|ies)|trials?|evidence|reports?|reported|series|RCTs?|documentations?|literature|data|meta-analys\w+|reviews?|showed|shown|demonstrat\w+)\b",
    re.I,
)
