//! German.

use super::Meaning::{self, *};

pub(super) const WORDS: &[(Meaning, &str)] = &[
    (
        Pay,
        "uberweise | uberweisen | uberweis | ueberweise | ueberweisen | ueberweis | zahle | zahlen | zahl | bezahle | bezahlen | bezahl | sende | senden | send | schicke | schicken | schick | gib | geben | transferiere | transferieren | ubermittle | uberweist | uberweisung | zahlung",
    ),
    (
        Ask,
        "fordere | fordern | fordere an | verlange | verlangen | bitte um | kassiere | kassieren | zahlung anfordern | geld anfordern | anfordern",
    ),
    (
        Owes,
        "schuldet mir | schuldest mir | schulden mir | schuldet mir noch | schuldest mir noch | du schuldest mir",
    ),
    (Split, "teile | aufteilen | teilen"),
    (Each, "je | jeweils | pro person | pro kopf | jedem"),
    (
        Yes,
        "ja | jawohl | jep | ok | okay | bestatigt | bestatige | ich bestatige | hiermit bestatige ich | einverstanden | passt | genau | stimmt | bestatigen | in ordnung | mach das | freigeben | ja bitte",
    ),
    (No, "nein | nee | no | falsch | stimmt nicht | das war ich nicht"),
    (
        Cancel,
        "stornieren | storniere | storno | abbrechen | abbruch | brich ab | stopp | stop | stoppen | stoppe | annullieren | zuruckziehen | widerrufen | widerrufe | doch nicht | nicht senden | nicht uberweisen | nicht zahlen | vergiss es | lass es",
    ),
    (
        Change,
        "mach daraus | daraus | andern | andere | stattdessen | sondern | statt | anstatt | korrektur | korrigiere | sollte | muss | lieber | aber | nur | nicht | richtig ist | es ist | es sind | richtig ware | gemeint war",
    ),
    (
        Balance,
        "kontostand | guthaben | mein guthaben | saldo | wie viel habe ich | wieviel habe ich | wie viel geld | stand meines kontos | mein stand | wie viel ist",
    ),
    (
        Statement,
        "kontoauszug | auszug | kontoauszuge | umsatze | kontobewegungen | transaktionen | buchungen",
    ),
    (
        Help,
        "hilfe | wie funktioniert das | wie funktioniert | anleitung | was kann ich | was kannst du | wie geht das",
    ),
    (
        SignUp,
        "anmelden | registrieren | registriere | melde mich an | konto eroffnen | neues konto | ich mochte ein konto | anmeldung | konto anlegen | mitmachen",
    ),
    (
        Unfreeze,
        "entsperren | entsperre | konto entsperren | entsperre mein konto | entsperren sie mein konto | sperre aufheben | sperrung aufheben",
    ),
    (
        Freeze,
        "sperren | sperre | konto sperren | sperre mein konto | einfrieren | friere | ich wurde gehackt",
    ),
    (Inbox, "posteingang | mein postfach | meine nachrichten"),
    (Catalogue, "katalog | preisliste | was verkauft ihr | angebotsliste"),
    (Export, "meine daten exportieren | daten exportieren | datenauskunft | meine daten"),
    (Erase, "konto loschen | meine daten loschen | losche mein konto | loschen"),
    (Coupons, "gutscheine | meine gutscheine"),
    (
        Status,
        "status | wo bleibt | wo ist mein | wo ist meine | ist es angekommen | ist das angekommen | was ist mit",
    ),
    (Claim, "annehmen | abholen | geld annehmen | einlosen"),
    (Remind, "erinnere | erinnere ihn | erinnere sie | erinnerung senden | erinnerung"),
    (Return, "zurucksenden | zuruckgeben | zuruck | schick es zuruck | gib es zuruck"),
    (
        Refund,
        "erstattung | erstatten | erstatte | geld zuruck | ruckerstattung | mein geld zuruck | zuruckerstatten",
    ),
    (Accept, "annehmen | akzeptiert | angenommen"),
    (Decline, "ablehnen | abgelehnt | lehne ab"),
    (Shipped, "versandt | verschickt | versendet | abgeschickt"),
    (TopUp, "aufladen | einzahlen | einzahlung"),
    (Withdraw, "auszahlen | auszahlung | abheben"),
    (
        Order,
        "bestelle | bestellen | ich nehme | ich mochte bestellen | kaufe | kaufen | bestellung",
    ),
    (Reorder, "nochmal dasselbe | das gleiche nochmal | wie immer"),
    (
        Unsubscribe,
        "abmelden | abbestellen | keine werbung | keine angebote mehr | newsletter abbestellen",
    ),
    (Fees, "gebuhr | gebuhren | kosten | kostet"),
    (
        Not,
        "nicht | kein | keine | keinen | keinesfalls | niemals | nie | ohne | nichts | weder | auf keinen fall",
    ),
    (
        If,
        "wenn | falls | sobald | sofern | erst | bevor | nachdem | bis | vorausgesetzt | es sei denn | solange | im falle | ob | wann immer",
    ),
    (
        Schedule,
        "morgen | ubermorgen | spater | nachste woche | nachsten monat | am montag | am dienstag | am mittwoch | am donnerstag | am freitag | am samstag | am sonntag | monatlich | wochentlich | taglich | jahrlich | jeden monat | jede woche | jeden tag | jeden freitag | heute abend | erinnere mich | dauerauftrag | zum ersten | am ersten | zum monatsende | ende des monats | bis freitag | in einer woche | in zwei tagen | ab morgen | zum monatsanfang",
    ),
    (
        Past,
        "habe | hab | haben wir | bezahlt | gezahlt | uberwiesen | geschickt | gesendet | gegeben | bereits | schon | gestern | letzte woche | wurde | erhalten | zahlte | schickte | hatte",
    ),
    (Future, "werde | werden wir | will noch | wird"),
    (
        Hold,
        "warte | warten | moment | noch nicht | scherz | spass | nur ein test | test | zum beispiel | beispiel | ignoriere | vergiss | z.b. | angenommen | ignorieren | nur spass",
    ),
    (
        Maybe,
        "vielleicht | eventuell | uberlege | uberlegen | soll ich | sollen wir | sollte ich | konnte ich | moglicherweise | ich wurde | wurde ich | bin mir nicht sicher | unsicher | ich sollte | wir sollten",
    ),
    (
        Reported,
        "sagt | sagte | schreibt | er sagt | sie sagt | sagte | er will | sie will | er mochte | sie mochte | hat gesagt | hat mich gebeten | bat mich | soll | meint | ich soll | schrieb",
    ),
    (
        Wh,
        "was | wie | wieso | warum | wann | wo | wer | wem | welche | welcher | welches | wieviel | wie viel | ist das | ist mein | hast du | haben sie | hat | gibt es | geht das",
    ),
    (
        Polite,
        "kannst du | konntest du | konnen sie | konnten sie | wurdest du | wurden sie | ich mochte | ich will | ich wurde gern | ich wurde gerne | mochte ich | wir mochten | ich muss | konntet ihr | bitte konnten sie | ich hatte gern | kann ich | darf ich",
    ),
    (
        About,
        "etwa | ungefahr | circa | zirka | ca | rund | zirka | maximal | mindestens | hochstens | bis zu | so um die | knapp | fast | ein paar | zwischen | gut",
    ),
    (
        Vague,
        "alles | mein ganzes geld | die halfte | den rest | das restliche | die restlichen | das ganze | so viel wie | das ubliche | den gleichen betrag",
    ),
    (To, "an | zu | nach | auf | auf das konto von | zugunsten"),
    (For, "fur | wegen | als | betreffs | bezuglich | zwecks"),
    (NoteLabel, "verwendungszweck | notiz | betreff | zweck | nachricht | vermerk | grund"),
    (And, "und | sowie | ausserdem | dann | und dann"),
    (Me, "mir | mich | ich | mein | meine | meinem"),
    (You, "dir | dich | ihnen"),
    (
        Soft,
        "bitte | hallo | hi | hey | moin | servus | grussgott | gruezi | guten tag | guten morgen | guten abend | liebe | lieber | liebes | sehr geehrte damen und herren | danke | vielen dank | merci | besten dank | jetzt | sofort | gleich | heute | umgehend | mal | den | die | das | der | dem | ein | eine | einen | betrag | betrag von | den betrag von | die summe von | summe von | geld | meinem freund | meiner freundin | ihm | ihr | es | noch | einfach | doch | eben | von | von meinem konto | vom konto | in hohe von | wenn moglich | falls moglich | wenn du kannst | wenn das geht | so | also | und zwar | team | zusammen | schnell | gern | gerne | hiermit | freund | euch | uns | dann bitte | mit",
    ),
];
