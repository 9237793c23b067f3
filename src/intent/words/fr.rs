//! French.

use super::Meaning::{self, *};

pub(super) const WORDS: &[(Meaning, &str)] = &[
    (
        Pay,
        "envoie | envoyez | envoyer | envoi | paie | paye | payez | payer | verse | versez | verser | vire | virez | virer | transfere | transferez | transferer | donne | donnez | donner | regle | reglez | regler | fais un virement | faites un virement | faire un virement | virement | remets",
    ),
    (Sending, "je t'envoie | voici | je vous envoie"),
    (Ask, "demande | demandez | demander | reclame | reclamer | demande de paiement"),
    (Owes, "me doit | me dois | me doivent | tu me dois | vous me devez | me doit encore"),
    (Split, "partage | partager | partagez | divise | diviser"),
    (Each, "chacun | chacune | par personne | a chacun"),
    (
        Yes,
        "oui | ouais | ok | d'accord | je confirme | confirme | confirmer | c'est bon | vas-y | allez-y | valide | je valide | parfait | exact | c'est correct | bien sur | oui merci",
    ),
    (No, "non | faux | c'est faux | erreur | pas moi"),
    (
        Cancel,
        "annule | annuler | annulez | annulation | stop | arrete | arretez | arreter | n'envoie pas | n'envoyez pas | laisse tomber | oublie | ne paie pas | ne paye pas | ne payez pas | ne fais rien",
    ),
    (
        Change,
        "plutot | au lieu de | mets | mettez | change | changez | corrige | correction | mais | c'est | en fait | seulement | pas | remplace | a la place | il faut",
    ),
    (
        Balance,
        "solde | mon solde | combien j'ai | combien ai-je | combien me reste | combien il me reste | combien me reste-t-il | combien reste",
    ),
    (
        Statement,
        "releve | releves | releve de compte | historique | mes operations | mes transactions | operations",
    ),
    (
        Help,
        "aide | comment ca marche | comment ca fonctionne | mode d'emploi | que peux-tu faire | a l'aide | instructions",
    ),
    (
        SignUp,
        "m'inscrire | inscription | inscris-moi | inscrivez-moi | ouvrir un compte | creer un compte | nouveau compte | je veux un compte | je voudrais un compte | s'inscrire",
    ),
    (
        Unfreeze,
        "debloque mon compte | debloquer mon compte | debloquez mon compte | degeler | degelez mon compte",
    ),
    (
        Freeze,
        "bloque mon compte | bloquer mon compte | bloquez mon compte | geler | gele mon compte | gelez mon compte | j'ai ete pirate | bloque tout",
    ),
    (Inbox, "boite de reception | mes messages"),
    (Catalogue, "catalogue | liste des prix | que vendez-vous | tarifs"),
    (Export, "exporter mes donnees | exporte mes donnees | mes donnees"),
    (
        Erase,
        "supprime mon compte | supprimer mon compte | effacer mes donnees | supprimez mon compte | cloturer mon compte | ferme mon compte",
    ),
    (Coupons, "mes coupons | coupons | mes bons"),
    (
        Status,
        "ou en est | ou est mon | ou est ma | statut | est-ce arrive | est-il arrive | des nouvelles",
    ),
    (Claim, "reclamer | j'accepte l'argent | recuperer"),
    (Remind, "relance | relance-le | relance-la | envoie un rappel | rappelle-lui | relancer"),
    (Return, "rends | rendre | renvoie-le | renvoyer | renvoie l'argent | retourne"),
    (
        Refund,
        "remboursement | rembourse | rembourser | remboursez | remboursez-moi | rembourse-moi",
    ),
    (Accept, "accepte | accepter | j'accepte | accepte la commande"),
    (Decline, "refuse | refuser | je refuse | decline"),
    (Shipped, "expedie | expediee | envoye le colis | a ete expedie"),
    (TopUp, "recharger | recharge | deposer | alimenter"),
    (Withdraw, "retirer | retrait"),
    (Order, "commande | commander | je commande | je prends | acheter | je voudrais commander"),
    (Reorder, "comme d'habitude | la meme chose | pareil que la derniere fois"),
    (
        Unsubscribe,
        "desabonner | desinscrire | me desabonner | desabonnez-moi | plus d'offres | plus de pub",
    ),
    (Fees, "frais | commission | coute | cout"),
    (
        Not,
        "ne | n' | pas | jamais | aucun | aucune | sans | surtout pas | rien | ni | n'est | n'ai",
    ),
    (
        If,
        "si | quand | des que | lorsque | une fois | a moins | au cas | avant | apres | tant que | jusqu'a | a condition | pourvu | des reception | s'il | s'ils | si jamais | lorsqu'il | quand il | sous reserve",
    ),
    (
        Schedule,
        "demain | plus tard | la semaine prochaine | le mois prochain | lundi | mardi | mercredi | jeudi | vendredi | samedi | dimanche | chaque mois | chaque semaine | tous les mois | toutes les semaines | mensuel | mensuellement | ce soir | rappelle-moi | rappelez-moi | fin du mois | le premier du mois | dans une semaine | dans deux jours | apres-demain | a partir de | chaque jour | tous les jours",
    ),
    (
        Past,
        "j'ai | a paye | ai paye | ai envoye | envoye | paye hier | deja | hier | la semaine derniere | le mois dernier | avait | avais | recu | a envoye | avons | ont | a recu | vire hier | nous avons | il a | elle a",
    ),
    (
        Future,
        "vais | je vais | va | enverrai | paierai | payerai | nous allons | versera | allait | j'allais | bientot",
    ),
    (
        Hold,
        "attends | attendez | attendre | pas encore | je plaisante | c'est un test | test | par exemple | exemple | ignore | ignorez | blague | p. ex. | imagine | supposons",
    ),
    (
        Maybe,
        "peut-etre | dois-je | devrais-je | je me demande | j'hesite | je pense | eventuellement | faut-il | devrait | devrais | pas sur | serait-il | pourrais-je",
    ),
    (
        Reported,
        "dit | disait | il dit | elle dit | il veut | elle veut | m'a demande | m'a dit | me demande de | il faut que | me dit de | disent",
    ),
    (
        Wh,
        "que | qu'est-ce | quel | quelle | quels | quelles | comment | combien | pourquoi | quand est-ce | ou | qui | est-ce que | est-ce | as-tu | avez-vous | a-t-il | y a-t-il | quoi",
    ),
    (
        Polite,
        "tu peux | peux-tu | pouvez-vous | vous pouvez | pourrais-tu | pourriez-vous | tu pourrais | vous pourriez | je voudrais | je veux | j'aimerais | je souhaite | je souhaiterais | merci de | veuillez | est-ce que tu peux | est-ce que vous pouvez | je dois | pourrais tu | peux tu | pouvez vous | pourriez vous | nous voudrions | nous souhaitons",
    ),
    (
        About,
        "environ | a peu pres | autour de | entre | au moins | au plus | maximum | minimum | presque | jusqu'a | pres de | plus ou moins | quelques | une vingtaine | une dizaine | une centaine | une trentaine | une cinquantaine",
    ),
    (
        Vague,
        "tout mon argent | tout ce que j'ai | la moitie | le reste | autant que | tout l'argent | la totalite | la meme somme | l'integralite",
    ),
    (To, "a | au | aux | vers | sur le compte de | chez"),
    (For, "pour | au titre de | en paiement de | a cause de | concernant | comme"),
    (NoteLabel, "motif | note | message | objet | libelle | reference"),
    (And, "et | puis | ensuite | ainsi que | et puis | aussi"),
    (Me, "moi | me | je | mon | ma | mes"),
    (You, "toi | te | vous | tu"),
    (
        Soft,
        "bonjour | salut | coucou | bonsoir | cher | chere | merci | merci beaucoup | merci d'avance | stp | svp | s'il te plait | s'il vous plait | si possible | si tu peux | si vous pouvez | si c'est possible | quand tu peux | maintenant | tout de suite | aujourd'hui | immediatement | le | la | les | l' | un | une | des | de | du | d' | la somme de | somme de | le montant de | un montant de | montant | mon ami | mon amie | argent | de l'argent | de ma part | depuis mon compte | de mon compte | lui | leur | ca | cela | donc | alors | l'equipe | gentiment | bien | vite | juste | par | avec | au nom de | monsieur | madame | mille mercis",
    ),
];
