//! Polish.

use super::Meaning::{self, *};

pub(super) const WORDS: &[(Meaning, &str)] = &[
    (
        Pay,
        "wyslij | wyslac | prosze wyslac | przeslij | przeslac | zaplac | zaplacic | przelej | przelac | przelew | daj | dac | wykonaj przelew | zrob przelew | przekaz | przekazac | wyslijcie",
    ),
    (Ask, "popros | poprosic | zazadaj | pobierz od"),
    (
        Owes,
        "jest mi winien | jest mi winna | jestes mi winien | jestes mi winna | wisi mi | winien mi | winna mi",
    ),
    (Split, "podziel | podzielic"),
    (Each, "kazdemu | kazdej | po rowno | na osobe"),
    (
        Yes,
        "tak | potwierdzam | potwierdzone | potwierdz | ok | okej | zgadza sie | zgoda | zgadzam sie | jasne | oczywiscie",
    ),
    (No, "nie | zle | blad | pomylka"),
    (
        Cancel,
        "anuluj | anulowac | anulujcie | stop | zatrzymaj | wstrzymaj | nie wysylaj | nie plac | nie przelewaj | odwolaj | cofnij | zrezygnuj",
    ),
    (
        Change,
        "zmien | zamiast | ale | popraw | korekta | tylko | nie | ma byc | powinno byc | raczej | to jest",
    ),
    (Balance, "saldo | moje saldo | stan konta | ile mam | ile mi zostalo"),
    (Statement, "wyciag | historia | historia transakcji | transakcje"),
    (Help, "pomoc | jak to dziala | instrukcja | pomocy"),
    (
        SignUp,
        "zarejestruj mnie | zarejestruj | rejestracja | zaloz konto | zalozyc konto | otworz konto | otworzyc konto | nowe konto | chce konto | zapisz mnie",
    ),
    (Freeze, "zablokuj moje konto | zablokuj konto | zamroz | zablokuj"),
    (Inbox, "skrzynka | moje wiadomosci"),
    (Catalogue, "katalog | cennik"),
    (Export, "eksportuj moje dane"),
    (Erase, "usun moje konto | usun moje dane"),
    (Coupons, "moje kupony"),
    (Status, "status | gdzie jest moje | gdzie jest moj | czy doszlo"),
    (Claim, "odbierz"),
    (Remind, "przypomnij mu | przypomnij jej"),
    (Return, "odeslij | zwroc"),
    (Refund, "zwrot | zwroc pieniadze | zwrot pieniedzy"),
    (TopUp, "doladuj | wplac"),
    (Withdraw, "wyplac | wyplata"),
    (Order, "zamawiam | zamow | chce zamowic | kupuje"),
    (Unsubscribe, "wypisz mnie | rezygnacja z ofert | koniec z ofertami"),
    (Fees, "oplata | oplaty | kosztuje"),
    (Not, "nie | nigdy | bez | zaden | zadnego | nic | ani"),
    (
        If,
        "jesli | jezeli | gdy | kiedy | jak tylko | gdyby | chyba ze | zanim | po tym jak | dopoki | dopiero | pod warunkiem | az",
    ),
    (
        Schedule,
        "jutro | pojutrze | pozniej | w przyszlym tygodniu | w przyszlym miesiacu | w poniedzialek | we wtorek | w srode | w czwartek | w piatek | w sobote | w niedziele | co miesiac | co tydzien | miesiecznie | wieczorem | przypomnij mi | pod koniec miesiaca | za tydzien | codziennie | od jutra",
    ),
    (
        Past,
        "zaplacilem | zaplacilam | wyslalem | wyslalam | przelalem | przelalam | zaplacil | wyslal | juz | wczoraj | w zeszlym tygodniu | w zeszlym miesiacu | dostalem | dostalam | otrzymalem",
    ),
    (Future, "zaplace | wysle | bede | zamierzam | przeleje | niedlugo | wkrotce"),
    (
        Hold,
        "czekaj | poczekaj | zaczekaj | jeszcze nie | zart | zartuje | test | to tylko test | na przyklad | np | przyklad | zignoruj | zalozmy",
    ),
    (
        Maybe,
        "moze | czy mam | czy powinienem | czy powinnam | zastanawiam sie | nie jestem pewien | chyba | powinienem | powinnam",
    ),
    (
        Reported,
        "mowi | mowil | mowila | powiedzial | powiedziala | chce zebym | poprosil mnie | prosil mnie | kazal mi",
    ),
    (Wh, "co | jak | ile | dlaczego | kiedy | gdzie | kto | ktory | ktora | jaki | jaka | czy"),
    (
        Polite,
        "czy mozesz | czy moze pan | czy moze pani | czy moglbys | czy moglabys | mozesz | moglbys | moglabys | chce | chcialbym | chcialabym | prosze o | potrzebuje",
    ),
    (About, "okolo | mniej wiecej | jakies | prawie | miedzy | maksymalnie | co najmniej | kilka"),
    (Vague, "wszystko | wszystkie moje pieniadze | polowe | reszte"),
    (To, "do | na konto | dla | na rzecz"),
    (For, "za | na | tytulem | z tytulu"),
    (NoteLabel, "tytul | notatka | opis | tytulem | wiadomosc"),
    (And, "i | oraz | a takze | potem"),
    (Me, "mi | mnie | ja | moj | moje"),
    (You, "ci | ciebie | tobie"),
    (
        Soft,
        "czesc | witam | dzien dobry | dobry wieczor | hej | prosze | dziekuje | dzieki | z gory dziekuje | teraz | natychmiast | dzisiaj | dzis | od razu | kwote | kwota | pieniadze | mojemu przyjacielowi | mu | jej | jesli to mozliwe | jesli mozesz | jak mozesz | kiedy mozesz | z mojego konta | wiec | pozdrawiam | drogi | droga | szanowni panstwo | bardzo | sume",
    ),
];
