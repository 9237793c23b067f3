//! Italian.

use super::Meaning::{self, *};

pub(super) const WORDS: &[(Meaning, &str)] = &[
    (
        Pay,
        "invia | inviare | invii | paga | pagare | paghi | manda | mandare | mandi | trasferisci | trasferire | trasferisca | bonifica | bonificare | fai un bonifico | fare un bonifico | bonifico | versa | versare | dai | dare | spedisci | inviate | mandagli | mandale",
    ),
    (Ask, "chiedi | chiedere | chieda | richiedi | richiedere"),
    (Owes, "mi deve | mi devi | mi devono | mi deve ancora"),
    (Split, "dividi | dividere"),
    (Each, "ciascuno | ciascuna | a testa | a persona"),
    (
        Yes,
        "sì | confermo | confermato | conferma | confermare | va bene | ok | d'accordo | esatto | certo | procedi | perfetto | giusto",
    ),
    (No, "no | sbagliato | errore | non sono stato io"),
    (
        Cancel,
        "annulla | annullare | annulli | ferma | fermare | stop | non inviare | non pagare | non mandare | lascia perdere | cancella | blocca il pagamento",
    ),
    (
        Change,
        "invece di | invece | al posto di | cambia | correggi | correzione | ma | anzi | solo | non | metti | piuttosto | dovrebbe essere | e' | sono",
    ),
    (
        Balance,
        "saldo | il mio saldo | quanto ho | quanti soldi | quanto mi resta | quanto mi rimane",
    ),
    (Statement, "estratto conto | estratto | movimenti | lista movimenti"),
    (Help, "aiuto | come funziona | istruzioni | cosa puoi fare | cosa posso fare"),
    (
        SignUp,
        "registrarmi | registrami | registrazione | iscrivermi | iscrivimi | aprire un conto | creare un conto | nuovo conto | voglio un conto",
    ),
    (Freeze, "blocca il mio conto | bloccare il conto | blocca tutto | congela"),
    (Inbox, "i miei messaggi"),
    (Catalogue, "catalogo | listino"),
    (Export, "esporta i miei dati | i miei dati"),
    (Erase, "cancella il mio account | elimina il mio conto"),
    (Coupons, "i miei coupon | coupon"),
    (Status, "stato | dov'e | dove e il mio | e arrivato"),
    (Claim, "riscuoti | riscuotere"),
    (Remind, "sollecita | manda un promemoria"),
    (Return, "restituisci | restituire"),
    (Refund, "rimborso | rimborsa | rimborsami | rimborsare"),
    (TopUp, "ricarica | ricaricare"),
    (Withdraw, "prelevare | prelievo"),
    (Order, "ordino | ordinare | vorrei ordinare | compro"),
    (Unsubscribe, "disiscrivimi | cancellami dalla lista | niente piu offerte | disiscrizione"),
    (Fees, "commissioni | costa | spese"),
    (Not, "non | mai | senza | nessun | nessuna | niente | nulla | ne | mica"),
    (
        If,
        "se | quando | appena | non appena | una volta | a meno che | nel caso | prima | dopo | finche | fino a | purche | qualora",
    ),
    (
        Schedule,
        "domani | dopodomani | piu tardi | la prossima settimana | settimana prossima | il mese prossimo | mese prossimo | lunedi | martedi | mercoledi | giovedi | venerdi | sabato | domenica | ogni mese | ogni settimana | mensilmente | stasera | ricordami | fine mese | tra una settimana | ogni giorno | a partire da",
    ),
    (
        Past,
        "ho | hai | abbiamo | ha pagato | ha inviato | pagato | inviato | mandato | gia | ieri | la settimana scorsa | il mese scorso | ricevuto | avevo | ho gia",
    ),
    (Future, "inviero | paghero | sto per | andro | mandero | stavo per | presto"),
    (
        Hold,
        "aspetta | aspetti | non ancora | scherzo | scherzavo | prova | e una prova | test | per esempio | ad esempio | esempio | ignora | supponiamo",
    ),
    (
        Maybe,
        "forse | magari | devo | dovrei | dovremmo | mi chiedo | non sono sicuro | potrei | probabilmente",
    ),
    (
        Reported,
        "dice | disse | detto | ha detto | vuole che | mi ha chiesto | mi ha detto | mi chiede di | dicono",
    ),
    (
        Wh,
        "cosa | che cosa | come | quanto | quanta | quanti | perche | dove | chi | quale | quali | hai | e possibile | c'e",
    ),
    (
        Polite,
        "puoi | potresti | puo | potrebbe | vorrei | voglio | desidero | ti chiedo di | le chiedo di | per piacere puoi | potete | dovresti",
    ),
    (
        About,
        "circa | all'incirca | intorno a | piu o meno | quasi | tra | fino a | al massimo | almeno | qualche",
    ),
    (Vague, "tutto | tutti i miei soldi | la meta | il resto | quello che ho"),
    (To, "a | ad | al | alla | verso | sul conto di"),
    (For, "per | come | a titolo di"),
    (NoteLabel, "causale | nota | motivo | oggetto | messaggio"),
    (And, "e | poi | inoltre | anche | e poi"),
    (Me, "me | mi | io | mio | mia"),
    (You, "te | ti | lei | voi"),
    (
        Soft,
        "ciao | salve | buongiorno | buonasera | caro | cara | gentile | per favore | per piacere | perfavore | grazie | grazie mille | adesso | ora | subito | oggi | immediatamente | il | lo | la | i | gli | le | l' | un | uno | una | di | del | della | da | dal mio conto | la somma di | importo di | l'importo di | soldi | al mio amico | alla mia amica | mio amico | se possibile | se puoi | se puo | quando puoi | quindi | allora | con | in | cortesemente | gentilmente",
    ),
];
