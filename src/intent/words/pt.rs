//! Portuguese.

use super::Meaning::{self, *};

pub(super) const WORDS: &[(Meaning, &str)] = &[
    (
        Pay,
        "envia | envie | enviar | paga | pague | pagar | transfere | transfira | transferir | manda | mande | mandar | da | de ao | faz uma transferencia | faca uma transferencia | fazer uma transferencia | faca um pix | transferencia | passa | repasse",
    ),
    (Ask, "pede | peca | pedir | solicita | solicite | solicitar | cobre | cobrar"),
    (Owes, "me deve | deve-me | me devem | me deves | deves-me"),
    (Split, "divide | divida | dividir | racha | rachar"),
    (Each, "cada um | cada uma | por pessoa | a cada um"),
    (
        Yes,
        "sim | confirmo | confirmado | confirmar | ok | de acordo | pode ser | certo | claro | isso | correto | podes avancar | pode avancar",
    ),
    (No, "nao | errado | incorreto | erro"),
    (
        Cancel,
        "cancela | cancele | cancelar | anula | anular | pare | parar | nao envie | nao pague | nao envies | nao pagues | esquece | esqueca",
    ),
    (
        Change,
        "em vez de | ao inves de | muda | mude | altera | corrige | correcao | mas | na verdade | so | nao | seja | deveria ser",
    ),
    (Balance, "saldo | meu saldo | o meu saldo | quanto tenho | quanto dinheiro | quanto me resta"),
    (Statement, "extrato | extratos | movimentos | historico | lancamentos"),
    (Help, "ajuda | como funciona | como isto funciona | instrucoes | o que posso fazer"),
    (
        SignUp,
        "registar-me | registrar | cadastrar | me cadastrar | cadastro | inscrever-me | abrir uma conta | criar uma conta | nova conta | quero uma conta",
    ),
    (Freeze, "bloqueia a minha conta | bloqueie minha conta | bloquear minha conta | congela"),
    (Inbox, "caixa de entrada | minhas mensagens"),
    (Catalogue, "catalogo | lista de precos"),
    (Export, "exportar meus dados | os meus dados"),
    (Erase, "apagar minha conta | apaga a minha conta | excluir minha conta"),
    (Coupons, "meus cupons | cupons"),
    (Status, "estado | onde esta | chegou | ja chegou | status"),
    (Claim, "resgatar"),
    (Remind, "lembra-o | envie um lembrete"),
    (Return, "devolve | devolver | devolva"),
    (Refund, "reembolso | reembolsa | reembolsar | devolucao do dinheiro"),
    (TopUp, "carregar | recarregar | depositar"),
    (Withdraw, "levantar | sacar | saque"),
    (Order, "encomendo | quero encomendar | comprar | quero pedir"),
    (Unsubscribe, "cancelar inscricao | descadastrar | nao quero mais ofertas"),
    (Fees, "taxa | taxas | custa | comissao"),
    (Not, "nao | nunca | jamais | sem | nenhum | nenhuma | nada | nem"),
    (
        If,
        "se | quando | assim que | logo que | uma vez | a menos que | caso | antes | depois | ate | desde que | enquanto | apos",
    ),
    (
        Schedule,
        "amanha | depois de amanha | mais tarde | na proxima semana | proxima semana | no proximo mes | proximo mes | na segunda | na terca | na quarta | na quinta | na sexta | no sabado | no domingo | todo mes | todos os meses | mensalmente | toda semana | hoje a noite | lembra-me | me lembre | fim do mes | daqui a uma semana | todos os dias | a partir de",
    ),
    (
        Past,
        "já | ontem | paguei | enviei | mandei | transferi | pagou | enviou | recebi | pago ontem | enviado | semana passada | mes passado | tinha | foi",
    ),
    (Future, "vou | vamos | enviarei | pagarei | vai | ia | em breve"),
    (
        Hold,
        "espera | espere | ainda nao | brincadeira | teste | e um teste | por exemplo | exemplo | ignore | ignora | suponha",
    ),
    (
        Maybe,
        "talvez | devo | sera que | deveria | nao tenho certeza | acho que | quem sabe | deveriamos | poderia eu",
    ),
    (
        Reported,
        "dizia | falou | ele disse | ela disse | disse | quer que eu | pediu-me | me pediu | diz que | falou para",
    ),
    (
        Wh,
        "o que | que | qual | quais | como | quanto | quanta | por que | porque | onde | quem | tem como | e possivel | tens",
    ),
    (
        Polite,
        "pode | podes | podia | poderia | podias | quero | queria | gostaria | gostava de | preciso | desejo | voce pode | pode por favor | poderias",
    ),
    (
        About,
        "cerca de | aproximadamente | mais ou menos | por volta de | uns | umas | quase | entre | no maximo | pelo menos | uns poucos",
    ),
    (Vague, "tudo | todo o meu dinheiro | metade | a metade | o resto | tudo o que tenho"),
    (To, "a | ao | aos | para a conta de | para | pro | pra"),
    (For, "por | pelo | pela | referente a | como | por conta de"),
    (NoteLabel, "nota | descricao | motivo | assunto | mensagem"),
    (And, "e | tambem | depois disso | e depois"),
    (Me, "mim | me | eu | meu | minha"),
    (You, "ti | te | voce | o senhor"),
    (
        Soft,
        "ola | oi | bom dia | boa tarde | boa noite | caro | cara | prezado | prezada | por favor | pf | obrigado | obrigada | agora | hoje | imediatamente | o | a | os | as | um | uma | de | do | da | dos | a quantia de | quantia de | o valor de | valor de | dinheiro | meu amigo | minha amiga | lhe | se possivel | se puder | se puderes | quando puder | da minha conta | com | em | no | na | entao | tudo bem | saudacoes",
    ),
];
