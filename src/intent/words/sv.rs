//! Swedish.

use super::Meaning::{self, *};

pub(super) const WORDS: &[(Meaning, &str)] = &[
    (
        Pay,
        "skicka | betala | overfor | overfora | ge | sand | sanda | swisha | for over | betalning | utbetala | skickar du",
    ),
    (Sending, "har kommer | jag skickar dig"),
    (Ask, "be | begar | begara | krav | fraga | be om"),
    (Owes, "ar skyldig mig | skyldig mig | du ar skyldig mig"),
    (Split, "dela"),
    (Each, "var | vardera | per person | styck"),
    (
        Yes,
        "ja | japp | ok | okej | bekraftar | jag bekraftar | bekrafta | bekraftat | stammer | godkann | godkant | kor pa | visst | absolut",
    ),
    (No, "nej | fel | stammer inte"),
    (
        Cancel,
        "avbryt | avboka | stoppa | stopp | angra | skicka inte | betala inte | strunta i det | makulera",
    ),
    (
        Change,
        "andra | andra till | istallet | i stallet for | men | ska vara | rattelse | bara | inte | det ar | gor det till | snarare",
    ),
    (Balance, "saldo | mitt saldo | hur mycket har jag | hur mycket pengar"),
    (Statement, "kontoutdrag | utdrag | transaktioner"),
    (Help, "hjalp | hur fungerar det | hur funkar det | instruktioner"),
    (
        SignUp,
        "registrera mig | registrera | anmal mig | oppna konto | oppna ett konto | nytt konto | skapa konto",
    ),
    (Freeze, "frys mitt konto | frys | sparra mitt konto | sparra"),
    (Inbox, "inkorg | mina meddelanden"),
    (Catalogue, "katalog | prislista"),
    (Export, "exportera mina uppgifter"),
    (Erase, "radera mitt konto | radera mina uppgifter"),
    (Coupons, "mina kuponger"),
    (Status, "status | var ar min | har det kommit fram"),
    (Claim, "hamta ut"),
    (Remind, "paminn honom | paminn henne"),
    (Return, "skicka tillbaka | returnera"),
    (Refund, "aterbetalning | pengarna tillbaka | aterbetala"),
    (TopUp, "satt in | fyll pa"),
    (Withdraw, "ta ut | uttag"),
    (Order, "bestall | bestalla | jag vill bestalla | kop"),
    (Unsubscribe, "avprenumerera | avsluta prenumeration | inga fler erbjudanden"),
    (Fees, "avgift | kostar"),
    (Not, "inte | ej | ingen | inget | inga | aldrig | utan"),
    (
        If,
        "om | nar | sa snart | sa fort | ifall | forran | innan | efter att | tills | forutsatt | savida",
    ),
    (
        Schedule,
        "imorgon | i morgon | i overmorgon | senare | nasta vecka | nasta manad | pa mandag | pa tisdag | pa onsdag | pa torsdag | pa fredag | pa lordag | pa sondag | varje manad | varje vecka | manadsvis | ikvall | i kvall | paminn mig | slutet av manaden | om en vecka | varje dag | fran och med",
    ),
    (
        Past,
        "har | betalat | skickat | overfort | betalade | skickade | redan | igar | forra veckan | forra manaden | hade | fick | fatt",
    ),
    (Future, "kommer att | ska jag | tanker | jag ska | skulle"),
    (
        Hold,
        "vanta | inte an | skojar | skamt | test | bara ett test | till exempel | t.ex. | exempel | ignorera | anta att",
    ),
    (Maybe, "kanske | ska vi | borde jag | borde | undrar | osaker | funderar"),
    (
        Reported,
        "sager | sade | han sager | hon sager | sa att | vill att jag | bad mig | sager att",
    ),
    (
        Wh,
        "vad | hur | hur mycket | varfor | nar | var ar | vem | vilken | vilket | vilka | har du | ar det | finns det",
    ),
    (
        Polite,
        "kan du | kan ni | skulle du kunna | kan jag | jag vill | jag skulle vilja | vill du | kunde du | vi vill | jag behover",
    ),
    (
        About,
        "ungefar | cirka | ca | runt | omkring | max | minst | hogst | mellan | nastan | typ | nagra",
    ),
    (Vague, "allt | alla mina pengar | halften | resten"),
    (To, "till | at | pa konto"),
    (For, "for | som | angaende"),
    (NoteLabel, "meddelande | notering | avser"),
    (And, "och | sedan | ocksa | och sen"),
    (Me, "mig | jag | min | mitt"),
    (You, "dig | du | er"),
    (
        Soft,
        "hej | hejsan | tja | god morgon | god kvall | kara | snalla | tack | tack sa mycket | vanligen | nu | genast | direkt | idag | i dag | en | ett | den | det | de | beloppet | summan | pengar | min van | honom | henne | fran mitt konto | om mojligt | om du kan | om det gar | nar du kan | sa | da | med vanlig halsning | hals | mvh | tackar",
    ),
];
