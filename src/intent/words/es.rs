//! Spanish.

use super::Meaning::{self, *};

pub(super) const WORDS: &[(Meaning, &str)] = &[
    (
        Pay,
        "envia | envie | enviar | envien | enviale | paga | pague | pagar | pagale | transfiere | transfiera | transferir | manda | mande | mandar | mandale | da | dale | haz un pago | haz una transferencia | hacer una transferencia | haga una transferencia | abona | abone | abonar | ingresa | ingrese | ingresar | transferencia | gira | gire",
    ),
    (Sending, "te envio | aqui tienes | te mando"),
    (
        Ask,
        "pide | pida | pedir | pidele | solicita | solicite | solicitar | cobra | cobrale | reclama",
    ),
    (Owes, "me debe | me debes | me deben | me debe todavia | tu me debes"),
    (Split, "divide | dividir | reparte | repartir"),
    (Each, "cada uno | cada una | a cada uno | por persona"),
    (
        Yes,
        "sí | confirmo | confirmado | confirmar | de acuerdo | vale | ok | adelante | correcto | claro | hazlo | por supuesto | esta bien | perfecto",
    ),
    (No, "no | mal | incorrecto | equivocado | error"),
    (
        Cancel,
        "cancela | cancelar | cancele | anula | anular | anule | detener | deten | stop | no envies | no envie | no pagues | no pague | olvidalo | no lo hagas",
    ),
    (
        Change,
        "mejor | en vez de | en lugar de | cambia | cambiar | cambialo | corrige | correccion | pero | es | son | solo | sino | no | pon | que sean | deberia",
    ),
    (Balance, "saldo | mi saldo | cuanto tengo | cuanto dinero | cuanto me queda"),
    (
        Statement,
        "extracto | extractos | movimientos | mis movimientos | historial | estado de cuenta",
    ),
    (
        Help,
        "ayuda | como funciona | como funciona esto | instrucciones | que puedes hacer | que puedo hacer",
    ),
    (
        SignUp,
        "registrarme | registrar | registrame | registro | inscribirme | abrir una cuenta | crear una cuenta | nueva cuenta | quiero una cuenta | darme de alta | alta",
    ),
    (
        Unfreeze,
        "desbloquea mi cuenta | desbloquear mi cuenta | desbloquee mi cuenta | descongela | descongelar",
    ),
    (
        Freeze,
        "bloquea mi cuenta | bloquear mi cuenta | bloquee mi cuenta | congela | congelar | me han hackeado | bloquea todo",
    ),
    (Inbox, "bandeja de entrada | mis mensajes"),
    (Catalogue, "catalogo | lista de precios | que venden"),
    (Export, "exportar mis datos | exporta mis datos | mis datos"),
    (
        Erase,
        "borrar mi cuenta | borra mi cuenta | eliminar mi cuenta | borrar mis datos | cerrar mi cuenta",
    ),
    (Coupons, "mis cupones | cupones"),
    (Status, "estado | donde esta mi | ha llegado | llego | que paso con"),
    (Claim, "reclamar | reclamo | aceptar el dinero"),
    (Remind, "recuerdale | envia un recordatorio | recordatorio"),
    (Return, "devuelve | devolver | devuelvelo | devuelva"),
    (Refund, "reembolso | reembolsa | reembolsar | reembolse | devolucion | devuelvame el dinero"),
    (Accept, "acepto | aceptar | aceptado"),
    (Decline, "rechazo | rechazar | rechazado"),
    (Shipped, "enviado el paquete | despachado | ha sido enviado"),
    (TopUp, "recargar | recarga | depositar"),
    (Withdraw, "retirar | retiro"),
    (Order, "pido | pedido | quiero pedir | comprar | compro | encargar"),
    (Reorder, "lo mismo de siempre | lo mismo"),
    (Unsubscribe, "darme de baja | cancelar suscripcion | no mas ofertas | baja"),
    (Fees, "comision | comisiones | cuesta | tarifa"),
    (Not, "no | nunca | jamas | sin | ningun | ninguna | nada | tampoco | ni"),
    (
        If,
        "si | cuando | en cuanto | una vez | a menos | en caso | antes | despues | hasta | siempre que | mientras | tan pronto | salvo",
    ),
    (
        Schedule,
        "manana | mas tarde | la semana que viene | la proxima semana | el proximo mes | el mes que viene | el lunes | el martes | el miercoles | el jueves | el viernes | el sabado | el domingo | cada mes | cada semana | todos los meses | mensualmente | esta noche | recuerdame | fin de mes | el dia primero | dentro de una semana | pasado manana | cada dia | a partir de | proximo viernes | proximo lunes",
    ),
    (
        Past,
        "he | ya | ayer | pague ayer | envie ayer | ha pagado | ha enviado | enviado | pagado | la semana pasada | el mes pasado | recibi | recibido | habia | mande ayer | hemos | pagué | envié | mandé | transferí | pagó | envió | se pago",
    ),
    (Future, "voy a | vamos a | enviare | pagare | va a | iba a | pronto | pagara | enviara"),
    (
        Hold,
        "espera | espere | todavia no | aun no | es broma | broma | prueba | es una prueba | por ejemplo | ejemplo | ignora | ignore | imagina | supongamos",
    ),
    (
        Maybe,
        "quizas | quiza | tal vez | debo | deberia yo | me pregunto | no estoy seguro | no se si | puede que | podria ser | a lo mejor | acaso | deberiamos | deberia",
    ),
    (
        Reported,
        "dice | dicho | decia | dijo | quiere que | me pidio | me dijo | me pide | dicen | me ha pedido | me ha dicho",
    ),
    (
        Wh,
        "que | cual | cuales | como | cuanto | cuanta | por que | cuando | donde | quien | has | ha | esta | hay | es posible",
    ),
    (
        Polite,
        "puedes | podrias | puede usted | puede | podria usted | podria | quiero | quisiera | me gustaria | querria | necesito | favor de | haz el favor de | queria | queremos | puede por favor | podrian",
    ),
    (
        About,
        "unos | unas | aproximadamente | alrededor de | mas o menos | casi | entre | hasta | como maximo | al menos | maximo | minimo | cerca de | algunos",
    ),
    (
        Vague,
        "todo | todo mi dinero | la mitad | el resto | lo que tengo | todo lo que tengo | lo de siempre",
    ),
    (To, "a | al | para la cuenta de | a la cuenta de | hacia | para"),
    (For, "por | en concepto de | como | debido a"),
    (NoteLabel, "nota | concepto | motivo | asunto | referencia | mensaje"),
    (And, "y | e | luego | ademas | tambien | y luego"),
    (Me, "mi | me | yo | mis"),
    (You, "ti | te | usted | tu"),
    (
        Soft,
        "hola | buenos dias | buenas tardes | buenas noches | buenas | querido | querida | estimado | estimada | por favor | porfa | porfavor | gracias | muchas gracias | ahora | ahora mismo | hoy | ya mismo | inmediatamente | el | la | los | las | lo | un | una | de | del | la cantidad de | cantidad de | la suma de | importe de | dinero | mi amigo | mi amiga | le | les | si es posible | si puedes | si puede | cuando puedas | cuando pueda | desde mi cuenta | de mi cuenta | de mi parte | en mi nombre | en | con | entonces | pues | bueno | equipo | un saludo | saludos | amigo",
    ),
];
