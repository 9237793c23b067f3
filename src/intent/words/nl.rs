//! Dutch.

use super::Meaning::{self, *};

pub(super) const WORDS: &[(Meaning, &str)] = &[
    (
        Pay,
        "betaal | betalen | stuur | sturen | maak over | overmaken | maak | verstuur | versturen | geef | geven | zend | over te maken | boek | overboeken | overschrijven | schrijf over | te betalen | te sturen",
    ),
    (Ask, "vraag | vragen | verzoek | vraag om | opvragen | verzoeken"),
    (
        Owes,
        "is mij schuldig | me schuldig | bent me schuldig | moet mij nog | moet me nog | moet mij | schuldig",
    ),
    (Split, "verdeel | verdelen | splits"),
    (Each, "elk | ieder | per persoon | allebei"),
    (
        Yes,
        "ja | jazeker | ok | oke | bevestig | bevestigd | ik bevestig | akkoord | klopt | prima | doe maar | is goed | goed zo",
    ),
    (No, "nee | fout | verkeerd | klopt niet"),
    (
        Cancel,
        "annuleer | annuleren | annulering | stop | stoppen | niet betalen | niet sturen | niet overmaken | laat maar | intrekken | trek in | afbreken",
    ),
    (
        Change,
        "maak er | verander | wijzig | in plaats van | maar | het is | eigenlijk | alleen | niet | correctie | moet zijn | liever",
    ),
    (
        Balance,
        "saldo | mijn saldo | hoeveel heb ik | hoeveel geld | hoeveel staat er | wat heb ik nog",
    ),
    (
        Statement,
        "afschrift | rekeningoverzicht | overzicht | transacties | bankafschrift | mutaties",
    ),
    (Help, "help | hulp | hoe werkt dit | hoe werkt het | uitleg | instructies"),
    (
        SignUp,
        "aanmelden | registreren | inschrijven | rekening openen | account aanmaken | nieuwe rekening | nieuw account | meld mij aan | meld me aan",
    ),
    (
        Freeze,
        "blokkeer mijn rekening | blokkeer | blokkeren | bevries | bevriezen | ik ben gehackt",
    ),
    (Inbox, "mijn berichten | postvak in"),
    (Catalogue, "catalogus | prijslijst"),
    (Export, "exporteer mijn gegevens | mijn gegevens"),
    (Erase, "verwijder mijn account | verwijder mijn gegevens | account verwijderen"),
    (Coupons, "mijn kortingsbonnen | kortingsbonnen"),
    (Status, "status | waar is mijn | waar blijft | is het aangekomen"),
    (Claim, "claimen | ophalen"),
    (Remind, "herinner hem | herinner haar | stuur een herinnering"),
    (Return, "stuur terug | terugsturen | teruggeven"),
    (Refund, "terugbetaling | geld terug | terugbetalen | betaal terug"),
    (TopUp, "opwaarderen | storten"),
    (Withdraw, "opnemen | uitbetalen"),
    (Order, "bestel | bestellen | ik wil bestellen | koop"),
    (Unsubscribe, "afmelden | uitschrijven | geen aanbiedingen meer"),
    (Fees, "kosten | kost"),
    (Not, "niet | geen | nooit | zonder | niets | noch"),
    (
        If,
        "als | wanneer | zodra | indien | tenzij | mits | voordat | nadat | totdat | tot | pas | of",
    ),
    (
        Schedule,
        "morgen | overmorgen | later | volgende week | volgende maand | op maandag | op dinsdag | op woensdag | op donderdag | op vrijdag | op zaterdag | op zondag | maandelijks | wekelijks | dagelijks | elke maand | elke week | vanavond | herinner me | herinner mij | eind van de maand | over een week | iedere maand | vanaf",
    ),
    (
        Past,
        "heb | hebben | heeft | betaald | gestuurd | overgemaakt | al | gisteren | vorige week | vorige maand | had | ontvangen | stuurde | betaalde | gegeven",
    ),
    (Future, "ga | zal | gaan | zullen | binnenkort | ging"),
    (
        Hold,
        "wacht | even wachten | nog niet | grapje | test | dit is een test | bijvoorbeeld | voorbeeld | negeer | stel dat",
    ),
    (
        Maybe,
        "misschien | moet ik | zal ik | wellicht | ik denk | twijfel | ik vraag me af | niet zeker | zou ik | moeten we",
    ),
    (
        Reported,
        "zegt | zeggen | hij zegt | zij zegt | zei | wil dat ik | vroeg mij | vroeg me | heeft gevraagd | moet ik van",
    ),
    (
        Wh,
        "wat | hoe | hoeveel | waarom | waar | wie | welke | wanneer | heb je | heeft u | is het | is mijn | is er",
    ),
    (
        Polite,
        "kun je | kan je | kunt u | zou je | zou u | wil je | wilt u | ik wil | ik wil graag | ik zou graag | graag | kan ik | ik moet | we willen",
    ),
    (
        About,
        "ongeveer | circa | rond | zo'n | maximaal | minstens | hoogstens | tussen | bijna | een paar",
    ),
    (Vague, "alles | al mijn geld | de helft | de rest"),
    (To, "aan | naar | op de rekening van"),
    (For, "voor | wegens | als"),
    (NoteLabel, "omschrijving | notitie | betreft | mededeling"),
    (And, "en | en dan | ook | daarna"),
    (Me, "mij | me | ik | mijn"),
    (You, "jou | je | u"),
    (
        Soft,
        "hallo | hoi | hey | dag | goedemorgen | goedemiddag | goedenavond | beste | geachte | alsjeblieft | alstublieft | aub | ajb | bedankt | dank je | dank u | dankjewel | nu | meteen | direct | vandaag | zo snel mogelijk | de | het | een | bedrag van | het bedrag van | bedrag | geld | mijn vriend | mijn vriendin | hem | haar | hen | over | van mijn rekening | vanaf mijn rekening | als het kan | indien mogelijk | als je kunt | even | dan | dus | groetjes | met | van | er | dit | dat",
    ),
];
