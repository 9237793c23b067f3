//! Danish and Norwegian.

use super::Meaning::{self, *};

pub(super) const WORDS: &[(Meaning, &str)] = &[
    (
        Pay,
        "send | sende | betal | betale | overfor | overfore | giv | gi | give | overforsel | vipps | overforing | sender du",
    ),
    (Sending, "her er | jeg sender deg | jeg sender dig"),
    (Ask, "bed | be | anmod | krev | opkraev | bede | be om"),
    (Owes, "skylder mig | skylder meg | du skylder mig | du skylder meg"),
    (Split, "del | fordel"),
    (Each, "hver | til hver | per person | pr person"),
    (
        Yes,
        "ja | jo | ok | okay | bekraeft | bekraefter | jeg bekraefter | bekreft | bekrefter | jeg bekrefter | bekreftet | bekraeftet | godkend | godkjenn | det stemmer | stemmer | i orden",
    ),
    (No, "nej | nei | forkert | feil"),
    (
        Cancel,
        "annuller | annullere | annuler | kanseller | avbryt | afbryd | stop | stopp | stans | send ikke | ikke send | betal ikke | ikke betal | glem det | fortryd",
    ),
    (
        Change,
        "i stedet | i stedet for | istedenfor | endre | aendr | men | skal vaere | rettelse | bare | kun | ikke | det er | gor det til",
    ),
    (Balance, "saldo | min saldo | hvor meget har jeg | hvor mye har jeg | hvor mange penge"),
    (Statement, "kontoudskrift | kontoutskrift | transaktioner | transaksjoner | udskrift"),
    (Help, "hjaelp | hjelp | hvordan virker det | hvordan fungerer det | hvordan fungerer"),
    (
        SignUp,
        "tilmeld mig | tilmeld | registrer meg | registrer mig | registrer | opret konto | opprett konto | ny konto | abn en konto",
    ),
    (
        Freeze,
        "frys min konto | frys | sper kontoen | sperr kontoen | spaer min konto | frys kontoen min",
    ),
    (Inbox, "indbakke | innboks"),
    (Catalogue, "katalog | prisliste"),
    (Export, "eksporter mine data"),
    (Erase, "slet min konto | slett kontoen min"),
    (Coupons, "mine kuponer | mine kuponger"),
    (Status, "status | hvor er min | hvor er mitt | er den kommet"),
    (Claim, "indlos"),
    (Remind, "pamind ham | pamind hende | minn ham pa"),
    (Return, "send tilbage | send tilbake | returner"),
    (
        Refund,
        "refusion | refunder | tilbagebetaling | pengene tilbage | refusjon | pengene tilbake",
    ),
    (TopUp, "indsaet | sett inn"),
    (Withdraw, "haev | ta ut"),
    (Order, "bestil | bestill | jeg vil bestille | kob | kjop"),
    (Unsubscribe, "afmeld | avmeld | ingen flere tilbud"),
    (Fees, "gebyr | koster"),
    (Not, "ikke | ingen | intet | aldrig | aldri | uden | uten"),
    (
        If,
        "hvis | nar | sa snart | medmindre | med mindre | for du | inden | efter at | etter at | indtil | inntil | dersom | om",
    ),
    (
        Schedule,
        "i morgen | imorgen | i overmorgen | senere | naeste uge | neste uke | naeste maned | neste maned | pa mandag | pa tirsdag | pa onsdag | pa torsdag | pa fredag | pa lordag | pa sondag | hver maned | hver uge | hver uke | manedlig | i aften | i kveld | mind mig | minn meg | slutningen af maneden | om en uge | om en uke | hver dag | fra og med",
    ),
    (
        Past,
        "har | betalt | sendt | overfort | betalte | sendte | allerede | i gar | sidste uge | forrige uke | hadde | havde | fik | fikk",
    ),
    (Future, "kommer til | skal jeg | taenker | jeg skal | vil snart | skulle"),
    (
        Hold,
        "vent | ikke endnu | ikke enna | spoger | tuller | test | bare en test | for eksempel | f.eks. | eksempel | ignorer",
    ),
    (Maybe, "maske | kanskje | skal vi | burde jeg | burde | usikker | lurer pa"),
    (
        Reported,
        "siger | sier | sa han | sa hun | han siger | hun siger | han sier | hun sier | sagde | sa at | vil have mig til | bad mig | ba meg",
    ),
    (
        Wh,
        "hvad | hva | hvordan | hvor | hvor meget | hvor mye | hvorfor | hvornar | hvem | hvilken | hvilket | har du | er det",
    ),
    (
        Polite,
        "kan du | kan i | kunne du | vil du | jeg vil gerne | jeg vil gjerne | jeg vil | jeg onsker | kan jeg | vi vil | jeg skal gjerne",
    ),
    (
        About,
        "cirka | ca | omkring | rundt | omtrent | hojst | maks | mindst | minst | mellem | mellom | naesten | nesten | nogle",
    ),
    (Vague, "alt | alle mine penge | halvdelen | halvparten | resten"),
    (To, "til | pa konto"),
    (For, "for | som | angaende"),
    (NoteLabel, "besked | melding | notat | vedrorende"),
    (And, "og | sa | ogsa | og sa"),
    (Me, "mig | meg | jeg | min | mit | mitt"),
    (You, "dig | deg | du"),
    (
        Soft,
        "hej | hei | god morgen | god dag | godmorgen | goddag | kaere | kjaere | venligst | vennligst | vaer sa snill | vaer saa snill | er du sod | tak | takk | tak for | mange tak | tusen takk | nu | na | straks | med det samme | i dag | idag | en | et | den | det | de | belobet | belopet | pengene | penge | penger | min ven | min venn | ham | hende | henne | fra min konto | hvis muligt | hvis du kan | om mulig | nar du kan | hilsen | gerne | gjerne | lige | vh | mvh",
    ),
];
